// What the scripted messenger says, and what the specs look for.

/** A recovery key, as it is shown. */
export const RECOVERY_KEY = Array.from({ length: 14 }, () => 'ABCD').join('-');
/** Twelve groups of five, as two people see them. */
export const SAFETY_DIGITS = '01234567890123456789012345678901234567890123456789012345678901'.slice(0, 60);

/** Six groups of five, as all members of a group see them. */
export const EPOCH_CODE = '314159265358979323846264338327';

/** What somebody might write to make a page do something: none of it may do anything. */
export const HOSTILE: readonly string[] = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '<svg/onload=window.pwned=1>',
  'javascript:window.pwned=1',
  '<a href="javascript:window.pwned=1">click</a>',
  'https://user:secret@evil.example/',
  '{{constructor.constructor("window.pwned=1")()}}',
  '`<iframe srcdoc="<script>parent.pwned=1</script>">`',
  '```html\n<object data="https://evil.example/x"></object>\n```',
  '"><link rel=prefetch href=https://evil.example/p><style>@import url(https://evil.example/s)</style>',
  'https://evil.example/pixel.png?a=1"onmouseover="window.pwned=1',
  'data:text/html,<script>window.pwned=1</script>',
  '\u202Egnp.exe \u2066https://evil.example\u2069',
];
