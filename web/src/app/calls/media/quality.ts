/** How a link stands, in figures a person can read; null for what the browser does not say. */
export interface Quality {
  /** `relayed`: through a relay on either side. */
  readonly path: 'direct' | 'relayed' | null;
  /** Host of the relay, where there is one of one's own. */
  readonly relay: string | null;
  readonly roundTripMs: number | null;
  /** 0 to 1, of what came in since the last look. */
  readonly loss: number | null;
  /** Of what the other side did not get. */
  readonly lossOut: number | null;
  readonly jitterMs: number | null;
  /** Such as `opus 48 kHz`. */
  readonly codec: string | null;
  /** Received since the call began. */
  readonly packets: number;
  readonly energy: number;
}

type Report = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * Reads a link's statistics.
 * @param before - counters of the last look, to say what is lost now and not what was lost ever; changed by this look
 */
export function qualityOf(reports: Iterable<Report>, before: Map<string, number>): Quality {
  const all = [...reports];
  const byId = new Map(all.map((report) => [report.id, report]));
  const of = (type: string) => all.find((report) => report.type === type && (report.kind ?? 'audio') === 'audio');
  const [inbound, remote] = [of('inbound-rtp'), of('remote-inbound-rtp')];
  const chosen = byId.get(text(of('transport')?.selectedCandidatePairId) ?? '');
  const [local, far] = [chosen?.localCandidateId, chosen?.remoteCandidateId].map((id) => byId.get(text(id) ?? ''));
  const relays = [local, far].filter((candidate) => candidate?.candidateType === 'relay');
  const codec = byId.get(text(inbound?.codecId) ?? '');
  const roundTrip = number(chosen?.currentRoundTripTime);
  const jitter = number(inbound?.jitter);
  const clockRate = number(codec?.clockRate);
  const packets = number(inbound?.packetsReceived) ?? 0;
  return {
    path: local === undefined ? null : relays.length > 0 ? 'relayed' : 'direct',
    relay: local?.candidateType === 'relay' ? relayOf(local) : null,
    roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
    loss: lossSince(before, packets, number(inbound?.packetsLost) ?? 0),
    lossOut: number(remote?.fractionLost),
    jitterMs: jitter === null ? null : Math.round(jitter * 1000),
    codec:
      codec === undefined
        ? null
        : `${text(codec.mimeType)?.replace('audio/', '') ?? '?'} ${(clockRate ?? 0) / 1000} kHz`,
    packets,
    energy: number(inbound?.totalAudioEnergy) ?? 0,
  };
}

function relayOf(candidate: Report): string | null {
  const url = text(candidate.url);
  return url === null ? text(candidate.address) : (/^turns?:([^:?]+)/.exec(url)?.[1] ?? null);
}

function lossSince(before: Map<string, number>, packets: number, lost: number): number | null {
  const [came, gone] = [packets - (before.get('packets') ?? 0), lost - (before.get('lost') ?? 0)];
  before.set('packets', packets);
  before.set('lost', lost);
  return came + gone <= 0 ? null : Math.min(Math.max(gone / (came + gone), 0), 1);
}

export type Grade = 'good' | 'fair' | 'poor';

/** Words come from this: what a person would notice, not what a figure says. */
export function gradeOf({ loss, roundTripMs, jitterMs }: Pick<Quality, 'loss' | 'roundTripMs' | 'jitterMs'>): Grade {
  const [lost, trip, jitter] = [loss ?? 0, roundTripMs ?? 0, jitterMs ?? 0];
  if (lost > 0.08 || trip > 600 || jitter > 80) return 'poor';
  return lost > 0.03 || trip > 300 || jitter > 40 ? 'fair' : 'good';
}

/** Whether the own voice should take less of the way out; it gets it back when little is lost again. */
export function wantsCalm(lossOut: number | null, isCalm: boolean): boolean {
  if (lossOut === null) return isCalm;
  return isCalm ? lossOut > 0.02 : lossOut > 0.06;
}
