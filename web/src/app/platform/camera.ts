/** Why there is no camera: none is there, the person or their browser said no, or another program holds it. */
export type CameraRefusal = 'none' | 'denied' | 'busy';

/** Asks for the camera that looks away from the person, where there is one. Whoever gets it stops its tracks. */
export async function openCamera(): Promise<MediaStream | CameraRefusal> {
  const { mediaDevices } = navigator as { readonly mediaDevices?: MediaDevices };
  if (mediaDevices === undefined) return 'none';
  try {
    return await mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1_280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
    return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'none';
  }
}
