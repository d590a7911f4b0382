/** What the Worker answers to the page. Plain data crosses; keys never do. */
export interface KeyringApi {
  /** Which of the algorithms of suite 1 this browser's Web Crypto has by itself. */
  nativePrimitives(): Promise<{ readonly available: readonly string[] }>;
}
