/** Bits a second of one voice, as long as nothing suffers; and when the way out does. */
export const VOICE_BITS = 40_000;
export const CALM_VOICE_BITS = 24_000;

/**
 * What the own encoder is held to, whatever the other side asks for: constant bit rate and no pauses, so that the size of a packet says
 * nothing about what is spoken (THREATS 95); errors corrected in band; one channel.
 */
const CHOICES: Readonly<Record<string, string>> = {
  minptime: '20',
  useinbandfec: '1',
  cbr: '1',
  usedtx: '0',
  stereo: '0',
  maxaveragebitrate: String(VOICE_BITS),
};

/** The other side's description with these choices for Opus; every other codec is left as it is. */
export function withOpusChoices(sdp: string): string {
  const payload = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(sdp)?.[1];
  if (payload === undefined) return sdp;
  const line = new RegExp(`^a=fmtp:${payload} ([^\\r\\n]*)`, 'm');
  const given = line.exec(sdp)?.[1] ?? '';
  const parameters = new Map(
    given
      .split(';')
      .map((part) => part.trim().split('=') as [string, string?])
      .filter(([name]) => name !== '')
      .map(([name, value = '']) => [name.toLowerCase(), value]),
  );
  for (const [name, value] of Object.entries(CHOICES)) parameters.set(name, value);
  const written = `a=fmtp:${payload} ${[...parameters].map(([name, value]) => `${name}=${value}`).join(';')}`;
  if (line.test(sdp)) return sdp.replace(line, written);
  return sdp.replace(new RegExp(`^(a=rtpmap:${payload} [^\\r\\n]*)`, 'm'), `$1\r\n${written}`);
}

/** Whether a description is one of sound alone over DTLS-SRTP: no other media, no keys in the description (THREATS 91). */
export function isVoiceOnly(sdp: string): boolean {
  const media = [...sdp.matchAll(/^m=(\S+) \d+ (\S+)/gm)];
  return (
    media.length === 1 &&
    media.every(([, kind, protocol]) => kind === 'audio' && protocol === 'UDP/TLS/RTP/SAVPF') &&
    !/^a=crypto:/m.test(sdp) &&
    /^a=fingerprint:sha-256 /im.test(sdp)
  );
}
