import type { Person } from './person.js';

/** A voice that the test knows: a tone of so many hertz stands for the microphone. */
export interface Voice {
  readonly hertz: number;
}

/** What is listened for. None is a multiple of another: no overtone passes for a voice. */
export const VOICES = { alice: { hertz: 640 }, bob: { hertz: 430 }, nobody: { hertz: 1_010 } } as const;

/** Before anything else in the page: its microphone is this tone, and the tracks that come are noted. */
export async function giveVoice(somebody: Person, voice: Voice): Promise<void> {
  await somebody.context.addInitScript(soundLike, voice.hertz);
}

function soundLike(hertz: number): void {
  navigator.mediaDevices.getUserMedia = () => {
    const context = new AudioContext();
    const [tone, volume, out] = [
      context.createOscillator(),
      context.createGain(),
      context.createMediaStreamDestination(),
    ];
    tone.frequency.value = hertz;
    volume.gain.value = 0.4;
    tone.connect(volume).connect(out);
    tone.start();
    return Promise.resolve(out.stream);
  };
  const page = window as unknown as { heardTrack?: MediaStreamTrack };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given: ConstructorParameters<typeof RTCPeerConnection>) {
      super(...given);
      this.addEventListener('track', ({ track }) => {
        page.heardTrack = track;
      });
    }
  };
}

/**
 * Which voice is heard now: `silence` for nothing, `noise` for something that is none of them. Goertzel's filter at each of their
 * frequencies, over a sixth of a second of what has come through the whole of encoding, sealing, sending, opening and decoding.
 */
export async function voiceHeardBy({ page }: Person): Promise<string> {
  return page.evaluate(
    async (voices) => {
      const kept = window as unknown as {
        heardTrack?: MediaStreamTrack;
        ear?: readonly [MediaStreamTrack, AnalyserNode];
      };
      if (kept.heardTrack === undefined) return 'silence';
      if (kept.ear?.[0] !== kept.heardTrack) {
        const context = new AudioContext();
        const analyser = context.createAnalyser();
        analyser.fftSize = 8_192;
        context.createMediaStreamSource(new MediaStream([kept.heardTrack])).connect(analyser);
        kept.ear = [kept.heardTrack, analyser];
      }
      const [, analyser] = kept.ear;
      const samples = new Float32Array(analyser.fftSize);
      await new Promise((resolve) => setTimeout(resolve, 400));
      analyser.getFloatTimeDomainData(samples);
      const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
      if (energy / samples.length < 1e-7) return 'silence';
      for (const [name, { hertz }] of Object.entries(voices)) {
        const turn = 2 * Math.cos((2 * Math.PI * hertz) / analyser.context.sampleRate);
        let [last, before] = [0, 0];
        for (const sample of samples) [last, before] = [sample + turn * last - before, last];
        const power = last * last + before * before - turn * last * before;
        // a pure tone has all of its energy there
        if ((2 * power) / (energy * samples.length) > 0.6) return name;
      }
      return 'noise';
    },
    VOICES as Readonly<Record<string, Voice>>,
  );
}
