import type { Browser } from '@playwright/test';

/** Of one browser with several people in it, over a while. Shares of one core. */
export interface CpuShares {
  /** Of each page, rising: its process has the page, its workers and its sound. */
  readonly pages: readonly number[];
  /** Of what they share: the browser itself, its network and its audio. */
  readonly shared: number;
}

interface Process {
  readonly type: string;
  readonly id: number;
  readonly cpuTime: number;
}

/** @param seconds - how long is looked */
export async function cpuShares(browser: Browser, seconds: number): Promise<CpuShares> {
  const session = await browser.newBrowserCDPSession();
  const look = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return new Map((processInfo as readonly Process[]).map((process) => [process.id, process]));
  };
  const before = await look();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const after = await look();
  const tookSeconds = (performance.now() - began) / 1_000;
  await session.detach();
  const [pages, shared]: [number[], number[]] = [[], []];
  for (const { id, type, cpuTime } of after.values()) {
    const share = (cpuTime - (before.get(id)?.cpuTime ?? 0)) / tookSeconds;
    (type === 'renderer' ? pages : shared).push(share);
  }
  return { pages: pages.sort((one, other) => one - other), shared: shared.reduce((sum, share) => sum + share, 0) };
}
