/** A run of what was written, and what it is shown as. Everything ends up as text nodes; `href` is http or https. */
export type TextPart =
  | { readonly kind: 'text' | 'code' | 'block'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/** A block of code, code within a line, or a web address, whichever comes first. None of them can backtrack over what it has read. */
const MARK = /```(?:[a-z0-9+#-]{0,20}\n)?([^]*?)```|`([^`\n]+)`|(https?:\/\/[^\s<>"`]+)/giu;
/** What ends a sentence does not belong to the address before it. */
const TRAILING = /[.,:;!?'’”)\]}]+$/u;
const PARTS_MAX = 400;

/**
 * An address is shown as the browser will go to it: a name in other letters than a to z stands there in its ASCII form, so that no
 * address looks like another one (homographs), and nothing but http and https is an address.
 */
function linkOf(written: string): TextPart | null {
  const url = URL.parse(written);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  // somebody's name and password before the host make it look like another host
  if (url.username !== '' || url.password !== '') return null;
  const isPlain = /^[\x21-\x7e]+$/.test(written);
  return { kind: 'link', text: isPlain ? written : url.href, href: url.href };
}

function trimmed(address: string): string {
  const tail = TRAILING.exec(address)?.[0] ?? '';
  // a closing bracket belongs to the address if its opening one does
  const keeps = tail.startsWith(')') && address.slice(0, -tail.length).includes('(') ? 1 : 0;
  return address.slice(0, address.length - tail.length + keeps);
}

/** Cuts a text into what it is shown as. Joined again, the parts are the text but for the marks around code. */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) parts.push({ kind: 'text', text: text.slice(from, to) });
    from = to;
  };
  for (const match of text.matchAll(MARK)) {
    if (parts.length >= PARTS_MAX) break;
    const [whole, block, code, address] = match;
    if (match.index < from) continue;
    if (address !== undefined) {
      const written = trimmed(address);
      const link = linkOf(written);
      if (link === null) continue;
      plain(match.index);
      parts.push(link);
      from = match.index + written.length;
      continue;
    }
    const inner = block ?? code ?? '';
    if (inner.trim() === '') continue;
    plain(match.index);
    parts.push({
      kind: block === undefined ? 'code' : 'block',
      text: block === undefined ? inner : inner.replace(/\n$/, ''),
    });
    from = match.index + whole.length;
  }
  plain(text.length);
  return parts;
}
