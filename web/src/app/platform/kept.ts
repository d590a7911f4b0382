/** What this browser keeps under a name; empty for nothing, and where it refuses to keep anything. */
export function kept(name: string): string {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

/** A browser may refuse to keep anything; then a preference lasts as long as the page, and nothing else is lost. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // it is said above
  }
}
