import type { MicrophoneAnswer } from '../../keyring/call-views';

/** What is asked of the browser for a voice; `deviceId` empty for the system's own microphone. */
export const voiceConstraints = (deviceId: string): MediaTrackConstraints => ({
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
  ...(deviceId === '' ? {} : { deviceId: { exact: deviceId } }),
});

/** The one microphone of a call: opened when the person has begun or accepted one, let go at its end. */
export class Microphone {
  #stream: MediaStream | null = null;
  #isMuted = false;

  get track(): MediaStreamTrack | null {
    return this.#stream?.getAudioTracks()[0] ?? null;
  }

  get stream(): MediaStream | null {
    return this.#stream;
  }

  /** Opens it, or changes to another one; the one before is let go when the new one is there. */
  async open(deviceId: string): Promise<MicrophoneAnswer> {
    const before = this.#stream;
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: voiceConstraints(deviceId) });
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'refused';
    }
    for (const track of before?.getTracks() ?? []) track.stop();
    this.mute(this.#isMuted);
    return 'open';
  }

  /** Disabled, a track gives silence: nothing of the room goes out. */
  mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !isMuted;
  }

  close(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#isMuted = false;
  }
}
