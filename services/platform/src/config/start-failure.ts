/** A service cannot start and an operator can mend it: one sentence with the remedy, printed to stderr without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
