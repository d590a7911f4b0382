/**
 * Whether a description was overtaken: each device numbers what it signs for a link, and a lower number than the last one that was taken is of
 * before, however it comes now (THREATS 93).
 */
export function isStale({ n }: { readonly n: number }, taken: number): boolean {
  return n <= taken;
}
