/**
 * A failure that the operator can mend, as one sentence with the remedy. (The part that is built has a class of this name.)
 *
 * @param {string} sentence
 */
export function launchFailure(sentence) {
  return Object.assign(new Error(sentence), { name: 'LaunchFailure' });
}
