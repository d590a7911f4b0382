/**
 * Every form in which bytes may lie in a file: raw, hex in both cases, and base64 and base64url at each of the three places where
 * they may begin inside of something longer (without the characters at both ends that depend on their neighbours).
 */
export function formsOf(bytes: Uint8Array): Buffer[] {
  const raw = Buffer.from(bytes);
  const hex = raw.toString('hex');
  const forms = [raw, Buffer.from(hex), Buffer.from(hex.toUpperCase())];
  for (let before = 0; before < 3; before++) {
    const padded = Buffer.concat([Buffer.alloc(before), raw]);
    const text = padded.toString('base64').replaceAll('=', '');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + raw.length) * 8) / 6);
    const inner = text.slice(from, to);
    forms.push(Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
  }
  return forms;
}
