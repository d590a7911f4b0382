/** Single lists of the English package: all of them together are four times as large, and what they add is rare surnames. */
declare module '@zxcvbn-ts/language-en/dist/*.json.mjs' {
  const words: string[];
  export default words;
}
