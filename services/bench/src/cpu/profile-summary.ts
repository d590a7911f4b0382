import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of V8's .cpuprofile that is read. Times in microseconds of the monotonic clock. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  readonly ms: number;
}
export interface ProfileSummary {
  readonly file: string;
  readonly windowMs: number;
  readonly idleMs: number;
  readonly byFunction: readonly SelfTime[];
  readonly byPackage: readonly SelfTime[];
}

/** Self times of one profile between two moments, largest first. */
export function summarizeProfile(file: string, profile: CpuProfile, fromUs: number, toUs: number): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let nowUs = profile.startTime;
  let windowUs = 0;
  let idleUs = 0;
  profile.samples.forEach((id, index) => {
    // A sample stands for the time until the next one.
    nowUs += profile.timeDeltas[index]!;
    const lastsUs = profile.timeDeltas[index + 1] ?? 0;
    const frame = nodes.get(id);
    if (frame === undefined || nowUs < fromUs || nowUs > toUs) return;
    windowUs += lastsUs;
    if (frame.functionName === '(idle)') {
      idleUs += lastsUs;
      return;
    }
    const place = placeOf(frame.url);
    add(
      functions,
      `${frame.functionName === '' ? '(anonymous)' : frame.functionName}  ${place.where(frame.lineNumber)}`,
      lastsUs,
    );
    add(packages, place.owner === '' ? frame.functionName : place.owner, lastsUs);
  });
  return {
    file,
    windowMs: windowUs / 1000,
    idleMs: idleUs / 1000,
    byFunction: largest(functions),
    byPackage: largest(packages),
  };
}

/** All profiles in a folder, by file name. */
export function summarizeFolder(folder: string, fromUs: number, toUs: number): ProfileSummary[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .map((name) => {
      const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
      return summarizeProfile(name, profile, fromUs, toUs);
    });
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us);
}

function largest(sums: ReadonlyMap<string, number>): SelfTime[] {
  return [...sums].map(([name, us]) => ({ name, ms: us / 1000 })).sort((left, right) => right.ms - left.ms);
}

/** `socket.io-parser/build/cjs/index.js` of a package, `services/credits/dist/main.js` of our own. */
function placeOf(url: string): { owner: string; where: (line: number) => string } {
  if (url === '') return { owner: '', where: () => '' };
  const inModules = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(url);
  if (inModules) {
    const [, name, path] = inModules;
    return { owner: name!, where: (line) => `${name!}/${path!}:${line + 1}` };
  }
  const own = /\/((?:services|web)\/[^/]+)\/(.*)$/.exec(url);
  if (own) return { owner: own[1]!, where: (line) => `${own[1]!}/${own[2]!}:${line + 1}` };
  return { owner: url.startsWith('node:') ? url.split('/')[0]! : url, where: (line) => `${url}:${line + 1}` };
}
