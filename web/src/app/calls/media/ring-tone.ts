/** Two soft notes a second apart, made here: no file, no request. `ringing`: somebody calls; `waiting`: one's own call rings there. */
const NOTES = { ringing: [659.25, 880], waiting: [440] } as const;
const EVERY_MS = { ringing: 2_400, waiting: 4_000 } as const;
const NOTE_S = 0.42;

/** The tone of one call. Where the browser allows no sound before a click, there is none; the page shows the call all the same. */
export class RingTone {
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  start(kind: keyof typeof NOTES): void {
    this.stop();
    this.#context = new AudioContext();
    const ring = () => this.#ring(NOTES[kind], kind === 'ringing' ? 0.12 : 0.05);
    ring();
    this.#timer = setInterval(ring, EVERY_MS[kind]);
  }

  stop(): void {
    clearInterval(this.#timer);
    void this.#context?.close().catch(() => undefined);
    this.#context = null;
  }

  #ring(notes: readonly number[], loudness: number): void {
    const context = this.#context;
    if (context?.state !== 'running') return;
    for (const [index, note] of notes.entries()) {
      const [tone, volume] = [context.createOscillator(), context.createGain()];
      const startS = context.currentTime + index * (NOTE_S * 0.7);
      tone.type = 'sine';
      tone.frequency.value = note;
      volume.gain.setValueAtTime(0, startS);
      volume.gain.linearRampToValueAtTime(loudness, startS + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.001, startS + NOTE_S);
      tone.connect(volume).connect(context.destination);
      tone.start(startS);
      tone.stop(startS + NOTE_S);
    }
  }
}
