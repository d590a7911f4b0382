import type { ProfileSummary, SelfTime } from './cpu/profile-summary.js';

const FUNCTIONS_SHOWN = 25;
const PACKAGES_SHOWN = 15;

/** Where the time of each process went, busiest process first. */
export function profileLines(summaries: readonly ProfileSummary[]): string[] {
  return summaries
    .filter(({ windowMs }) => windowMs > 0)
    .toSorted((left, right) => busyMs(right) - busyMs(left))
    .flatMap((summary) => {
      const share = (ms: number): string => `${((ms / summary.windowMs) * 100).toFixed(1).padStart(6)}%`;
      const rows = (times: readonly SelfTime[], shown: number) =>
        times.slice(0, shown).map(({ name, ms }) => `${share(ms)}  ${name}`);
      return [
        '',
        `${summary.file}: busy ${share(busyMs(summary)).trim()} of ${(summary.windowMs / 1000).toFixed(1)} s`,
        ...rows(summary.byPackage, PACKAGES_SHOWN),
        '  --- by function',
        ...rows(summary.byFunction, FUNCTIONS_SHOWN),
      ];
    });
}

function busyMs({ windowMs, idleMs }: ProfileSummary): number {
  return windowMs - idleMs;
}
