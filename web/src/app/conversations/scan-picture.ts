/** A picture larger than this is made smaller first: a code that fills a screen needs no more. */
const SIDE_MAX = 1_600;

/**
 * Looks for a QR code in a picture, on this device.
 * @returns its bytes; null where none was found, or the file is no picture
 */
export async function scanPicture(file: Blob): Promise<Uint8Array | null> {
  const [{ default: jsQR }, picture] = await Promise.all([import('jsqr'), createImageBitmap(file).catch(() => null)]);
  if (picture === null) return null;
  const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.ceil(picture.width * scale), Math.ceil(picture.height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  const found = jsQR(data, width, height);
  return found === null ? null : Uint8Array.from(found.binaryData);
}
