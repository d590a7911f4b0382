import {
  AvailableAnswer,
  BalancesAnswer,
  GrantAllowancesAnswer,
  PlaceHoldsAnswer,
  SettleHoldsAnswer,
  type AllowanceOutcome,
  type HoldOutcome,
  type PlaceHolds,
  type SettleHolds,
} from '@secureconnect/contracts/internal';
import type { AllowanceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import { brokenInvariants } from '@secureconnect/credits/ledger/invariants';
import { creditsService } from '@secureconnect/credits/service';
import { auditLedger } from '@secureconnect/credits/store/ledger-audit';
import { startService, type RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { RedisServer } from '@secureconnect/platform/testing/redis-server';
import { serviceEnvironment, TEST_ORIGIN } from '@secureconnect/platform/testing/service-environment';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { TestSecrets } from '@secureconnect/platform/testing/test-secrets';
import { FakeGateway } from './fake-gateway.js';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** The credits service with all that it needs, real but for the gateway. */
export class CreditsWorld {
  readonly folder = temporaryFolder();
  readonly secrets = new TestSecrets();
  readonly storeFile = this.folder.file('credits.sqlite');

  private constructor(
    readonly redis: RedisServer,
    readonly gateway: FakeGateway,
  ) {}

  static async open(): Promise<CreditsWorld> {
    return new CreditsWorld(await RedisServer.start(), await FakeGateway.start());
  }

  environment(extra: Record<string, string> = {}): Record<string, string> {
    const { storeFile, secrets } = this;
    const urls = { MESSAGING_INTERNAL_URL: this.gateway.url, SIGNALING_INTERNAL_URL: this.gateway.url };
    return serviceEnvironment({ storeFile, redisUrl: this.redis.url, secrets, extra: { ...urls, ...extra } });
  }

  start(extra: Record<string, string> = {}): Promise<RunningService> {
    return startService(creditsService, this.environment(extra));
  }

  async close(): Promise<void> {
    await this.gateway.stop();
    await this.redis.stop();
    this.secrets.remove();
    this.folder.remove();
  }

  /** The invariants that the store breaks; none if all is well. */
  async broken(): Promise<string[]> {
    return brokenInvariants(await auditLedger(this.storeFile));
  }
}

/** A world with a running service for the tests of a `describe`. When they are over, the ledger still adds up. */
export function runningCredits(): {
  readonly world: CreditsWorld;
  readonly service: RunningService;
  readonly gateway: Gatekeeper;
} {
  let world: CreditsWorld;
  let service: RunningService;
  let gateway: Gatekeeper;
  beforeAll(async () => {
    world = await CreditsWorld.open();
    service = await world.start();
    gateway = new Gatekeeper(world, service.internalUrl);
  });
  afterAll(async () => {
    await service.stop();
    const broken = await world.broken();
    await world.close();
    expect(broken).toEqual([]);
  });
  return {
    get world() {
      return world;
    },
    get service() {
      return service;
    },
    get gateway() {
      return gateway;
    },
  };
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

/** A POST to an internal port as one of the other services. */
export function postAs(
  world: CreditsWorld,
  caller: Parameters<TestSecrets['authorization']>[0],
  url: string,
  body: unknown,
): Promise<Answer> {
  return ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: world.secrets.authorization(caller) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** What the gateway asks of credits, one hold or settlement at a time or in batches. */
export class Gatekeeper {
  constructor(
    private readonly world: CreditsWorld,
    private readonly internalUrl: string,
  ) {}

  async holds(holds: PlaceHolds['holds']): Promise<HoldOutcome[]> {
    const { body } = await postAs(this.world, 'messaging-gateway', `${this.internalUrl}/internal/holds`, { holds });
    return PlaceHoldsAnswer.parse(body).results;
  }

  async hold(userId: UserId, key: MessageId, amount = 1): Promise<HoldOutcome> {
    const [outcome] = await this.holds([{ kind: 'message', key, userId, amount }]);
    return outcome!;
  }

  async settlements(settlements: SettleHolds['settlements']): Promise<string[]> {
    const url = `${this.internalUrl}/internal/settlements`;
    const { body } = await postAs(this.world, 'messaging-gateway', url, { settlements });
    return SettleHoldsAnswer.parse(body).results.map((result) => result.state);
  }

  async settle(move: 'capture' | 'release', userId: UserId, key: MessageId, amount = 1): Promise<string> {
    const [state] = await this.settlements([{ kind: 'message', key, userId, amount, move }]);
    return state!;
  }

  async grant(userId: UserId, allowanceId: AllowanceId, amount = 20): Promise<AllowanceOutcome> {
    const body = { allowances: [{ allowanceId, userId, amount }] };
    const answer = await postAs(this.world, 'messaging-gateway', `${this.internalUrl}/internal/allowances`, body);
    return GrantAllowancesAnswer.parse(answer.body).results[0]!;
  }

  /** @returns what the user sees afterwards */
  async capture(userId: UserId, keys: readonly MessageId[], allowanceId: AllowanceId | null): Promise<number> {
    const charges = keys.map((key) => ({ kind: 'message', key, userId, amount: 1, allowanceId }));
    const answer = await postAs(this.world, 'messaging-gateway', `${this.internalUrl}/internal/captures`, { charges });
    return AvailableAnswer.parse(answer.body).balances[0]!.available;
  }

  async closeAllowance(userId: UserId, allowanceId: AllowanceId): Promise<number> {
    const url = `${this.internalUrl}/internal/allowances/close`;
    const answer = await postAs(this.world, 'messaging-gateway', url, { allowances: [{ allowanceId, userId }] });
    return AvailableAnswer.parse(answer.body).balances[0]!.available;
  }

  async balance(userId: UserId): Promise<{ available: number; held: number }> {
    const { body } = await postAs(this.world, 'admin', `${this.internalUrl}/internal/balances`, { userIds: [userId] });
    const { available, held } = BalancesAnswer.parse(body).balances[0]!;
    return { available, held };
  }
}

/** A public request with a login, as a page of ours sends it. */
export async function askAs(world: CreditsWorld, userId: UserId, url: string): Promise<Answer> {
  const cookie = `sc-access=${await world.secrets.accessToken({ userId })}`;
  return ask(url, { headers: { origin: TEST_ORIGIN, cookie } });
}

/** Waits until something is so; fails with what was last found. */
export async function eventually<T>(
  read: () => Promise<T> | T,
  isSo: (value: T) => boolean,
  withinMs = 5_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (Date.now() > deadline) throw new Error(`not within ${String(withinMs)} ms; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
