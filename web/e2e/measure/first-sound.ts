import type { Page } from '@playwright/test';

/** What a page notes of a call, by the machine's clock, in ms. */
export interface Noted {
  /** The person said Accept. */
  readonly acceptedAtMs: number | null;
  /** The first sound that was decoded and is not silence. */
  readonly heardAtMs: number | null;
}

interface Notes {
  acceptedAtMs: number | null;
  heardAtMs: number | null;
}

/** Before anything else in the page. After `giveVoice`, whose connections it looks at too. */
export function noteFirstSound(): void {
  const notes: Notes = { acceptedAtMs: null, heardAtMs: null };
  (window as unknown as { notes: Notes }).notes = notes;
  const clock = () => performance.timeOrigin + performance.now();
  document.addEventListener(
    'click',
    ({ target }) => {
      const isAccept = (target as Element).closest('button')?.textContent.includes('Accept') === true;
      if (isAccept) notes.acceptedAtMs = clock();
    },
    true,
  );
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given: ConstructorParameters<typeof RTCPeerConnection>) {
      super(...given);
      this.addEventListener('track', () => {
        const listening = setInterval(() => {
          if (this.connectionState === 'closed') clearInterval(listening);
          void this.getStats().then((stats) => {
            for (const entry of stats.values() as Iterable<{ type: string; totalAudioEnergy?: number }>)
              if (entry.type === 'inbound-rtp' && (entry.totalAudioEnergy ?? 0) > 0) {
                clearInterval(listening);
                notes.heardAtMs ??= clock();
              }
          });
        }, 10);
      });
    }
  };
}

export const noted = (page: Page): Promise<Noted> =>
  page.evaluate(() => ({ ...(window as unknown as { notes: Notes }).notes }));

export async function forget(page: Page): Promise<void> {
  await page.evaluate(() => {
    (window as unknown as { notes: Notes }).notes.acceptedAtMs = null;
    (window as unknown as { notes: Notes }).notes.heardAtMs = null;
  });
}

/**
 * The floor: two connections in one page, with nothing but WebRTC between them; ms from "let us talk" to the first sound at the slower side.
 */
export function bareSetUp(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const began = performance.now();
    const kept = window as unknown as { bareVoice?: MediaStream };
    const voice = (kept.bareVoice ??= await navigator.mediaDevices.getUserMedia({ audio: true }));
    const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
    // a path that comes before the description it belongs to is refused, and would be lost
    const early: (() => Promise<void>)[] = [];
    let isDescribed = false;
    const tell = (side: RTCPeerConnection) => (event: RTCPeerConnectionIceEvent) => {
      const add = () => side.addIceCandidate(event.candidate ?? undefined);
      if (isDescribed) void add();
      else early.push(add);
    };
    one.onicecandidate = tell(other);
    other.onicecandidate = tell(one);
    const audios: HTMLAudioElement[] = [];
    const sounds = [one, other].map(
      (side) =>
        new Promise<void>((resolve) => {
          const listening = setInterval(() => {
            void side.getStats().then((stats) => {
              for (const entry of stats.values() as Iterable<{ type: string; totalAudioEnergy?: number }>)
                if (entry.type === 'inbound-rtp' && (entry.totalAudioEnergy ?? 0) > 0) {
                  clearInterval(listening);
                  resolve();
                }
            });
          }, 10);
          side.ontrack = ({ streams }) => {
            // a track that nobody plays is not decoded
            const audio = new Audio();
            audio.srcObject = streams[0] ?? null;
            void audio.play();
            audios.push(audio);
          };
          for (const track of voice.getTracks()) side.addTrack(track, voice);
        }),
    );
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription!);
    await other.setLocalDescription();
    await one.setRemoteDescription(other.localDescription!);
    isDescribed = true;
    await Promise.all(early.map((add) => add()));
    await Promise.all(sounds);
    const tookMs = performance.now() - began;
    one.close();
    other.close();
    // a browser plays so many streams at a time and no more, ended ones among them
    for (const audio of audios) audio.srcObject = null;
    return tookMs;
  });
}
