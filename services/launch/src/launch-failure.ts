/** A start that cannot go on for a reason the operator can mend: one sentence that names the reason and the remedy. */
export class LaunchFailure extends Error {
  override readonly name = 'LaunchFailure';
}
