/** How loud a microphone is. Made here from its samples; nothing of them is kept. */
export class LevelMeter {
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;
  #stream: MediaStream | null = null;

  /** 0 to 1: the root of the mean square of the last samples, drawn so that speech fills about half. */
  level(stream: MediaStream | null): number {
    if (stream === null) return 0;
    if (stream !== this.#stream) this.#listenTo(stream);
    const analyser = this.#analyser;
    if (analyser === null) return 0;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return loudness(samples);
  }

  close(): void {
    void this.#context?.close().catch(() => undefined);
    this.#context = this.#analyser = this.#stream = null;
  }

  #listenTo(stream: MediaStream): void {
    this.close();
    this.#stream = stream;
    this.#context = new AudioContext();
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 1_024;
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }
}

/** @param samples - from -1 to 1 */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(Math.sqrt(sum / Math.max(samples.length, 1)) * 4, 1);
}
