/** A picture larger than this is made smaller first: a code that fills a screen needs no more. */
const SIDE_MAX = 1_600;

/**
 * Looks for a QR code in a picture or in a camera's frame, on this device.
 * @param sideMax - of the picture that is looked at, in pixels
 * @returns its bytes; null where none was found
 */
export async function findCode(
  source: CanvasImageSource,
  { width, height }: { readonly width: number; readonly height: number },
  sideMax = SIDE_MAX,
): Promise<Uint8Array | null> {
  if (width === 0 || height === 0) return null;
  const { default: jsQR } = await import('jsqr');
  const scale = Math.min(1, sideMax / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const found = jsQR(context.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height);
  return found === null ? null : Uint8Array.from(found.binaryData);
}

/** Looks for a QR code in a file. @returns its bytes; null where none was found, or the file is no picture */
export async function scanPicture(file: Blob): Promise<Uint8Array | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return null;
  return findCode(picture, picture).finally(() => picture.close());
}
