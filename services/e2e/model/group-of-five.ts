import { PublicIdentity, type Vault } from '@secureconnect/contracts/auth';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { asBytes16, type Bytes, type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { epochHashPreimage, readEpochWraps, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import type { GroupMember, GroupState } from '@secureconnect/contracts/signed/group-rules';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { endpointsAt } from '@secureconnect/client/deps';
import { ByteWriter } from '@secureconnect/crypto/encoding/byte-writer';
import { unwrapContentKey } from '@secureconnect/crypto/envelope/key-wrap';
import { type EpochKey, epochWrapContext } from '@secureconnect/crypto/group/epoch-keys';
import { sealGroupEnvelope } from '@secureconnect/crypto/group/group-envelope';
import { makeEpoch } from '@secureconnect/crypto/group/make-epoch';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { FakeServer } from '../../../web/client/test/fake-server.js';
import { forgeEntry, stateOf } from '../src/mallory/attacks/group-scenes.js';
import { falseIdentityOf, readIdentity, type FalseIdentity } from '../src/mallory/forgeries.js';
import type { CommittedEpoch } from '../src/mallory/group-story.js';
import { Mallory } from '../src/mallory/mallory.js';
import { registerBare, type BareAccount } from '../src/people/bare-account.js';
import { must, Person } from '../src/people/person.js';
import { eventually } from '../src/waiting/eventually.js';
import { LyingDelivery } from './group-lies.js';
import { FORGED } from './two-by-two.js';

export const USERS = ['alice', 'bob', 'carol', 'dave', 'erin'] as const;
export type User = (typeof USERS)[number];
/** Whose each of the devices is; alice has begun the group, with bob and carol in it. */
const DEVICES: readonly User[] = [...USERS, 'alice', 'bob'];
export const DEVICE_COUNT = DEVICES.length;

/** One device of one of the five, and the server as it shows itself to it. */
export interface Device {
  readonly user: User;
  person: Person;
  readonly mallory: Mallory;
  readonly delivery: LyingDelivery;
  /** Served to it: keys of mallory's for everybody else; the vault of before. */
  readonly served: { falseKeys: boolean; oldVault: Vault | null };
  deceived: boolean;
  readonly alarmsBefore: string[];
}

/** A text on the server, and the ids of those for whom it was sealed. */
export interface Readable {
  readonly text: string;
  readonly readers: ReadonlySet<string>;
}

/** Five people, seven devices, one group, and a delivery service for each device that may lie to it; eve, who is in no group, works for mallory. */
export class GroupOfFive {
  readonly devices: Device[] = [];
  readonly said: { readonly user: User; readonly text: string; readonly messageId: string }[] = [];
  readonly server: FakeServer;
  readonly groupId: ConversationId;
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #false = new Map<User, FalseIdentity>();
  readonly #firstVaults = new Map<User, Vault>();
  readonly #readable: Readable[] = [];
  #eve: BareAccount | null = null;

  private constructor(server: FakeServer, groupId: ConversationId) {
    this.server = server;
    this.groupId = groupId;
  }

  static async meet(): Promise<GroupOfFive> {
    const server = await FakeServer.start();
    const ends: (() => Promise<void>)[] = [];
    const { origin } = server;
    const place = { origin, endpoints: endpointsAt(origin) };
    const stand = {
      stack: { origin },
      endpoints: () => place.endpoints,
      atEnd: (end: () => Promise<void>) => ends.push(end),
    };
    const proxies = await Promise.all(DEVICES.map(() => Mallory.before(stand)));
    const people = DEVICES.map((user, index) => new Person(user, proxies[index]!.place));
    await Promise.all(people.slice(0, USERS.length).map((person) => person.signUp()));
    const firstVaults = USERS.map((user) => structuredClone(server.account(user).vault));
    const { conversationId } = must(await people[0]!.messenger.createGroup('five', ['bob', 'carol']));
    const all = new GroupOfFive(server, conversationId);
    all.#ends.push(...ends);
    USERS.forEach((user, index) => all.#firstVaults.set(user, firstVaults[index]!));
    await Promise.all(people.slice(USERS.length).map((person) => person.logIn()));
    all.#eve = await registerBare(place, 'eve');
    const envelope = await all.#forgedEnvelope();
    for (const [index, person] of people.entries()) all.#add(person, DEVICES[index]!, proxies[index]!, envelope);
    for (const { person, user } of all.devices)
      if (['alice', 'bob', 'carol'].includes(user)) await person.conversationWith('five');
    return all;
  }

  async end(): Promise<void> {
    await Promise.all(this.devices.map(({ person }) => person.messenger.close()));
    for (const end of this.#ends) await end();
    await this.server.stop();
  }

  idOf(user: User): UserId {
    return this.server.account(user).userId;
  }

  /** The group as it really is. */
  get state(): GroupState {
    return this.server.groups.get(this.groupId)!.state;
  }

  get entries(): readonly Uint8Array[] {
    return this.server.groups.get(this.groupId)!.entries;
  }

  get lastEpoch(): number {
    return this.server.groups.get(this.groupId)!.epochs.length;
  }

  get messages(): readonly StoredMessage[] {
    return this.server.conversations.get(this.groupId)?.messages ?? [];
  }

  isMember(user: User): boolean {
    return this.state.members.has(this.idOf(user));
  }

  /** Whether the log has ever named them. */
  wasMember(user: User): boolean {
    return this.isMember(user) || this.server.groups.get(this.groupId)!.left.has(this.idOf(user));
  }

  firstVaultOf(user: User): Vault {
    return this.#firstVaults.get(user)!;
  }

  async restart(device: Device): Promise<void> {
    const { person } = device;
    device.alarmsBefore.push(...person.alarms);
    await person.messenger.close();
    const { password, storage, jar } = person;
    device.person = new Person(person.username, device.mallory.place, { password, storage, jar });
    await device.person.restore();
  }

  /** eve taken in, in alice's name, on top of the real log. */
  async ghostEntry(): Promise<Bytes> {
    const { account, device } = this.#false.get('alice')!;
    const { bundle, hash, pin } = this.#eve!.account.identity.current;
    const payload = new ByteWriter().raw(bundle.userId).raw(pin).u32(bundle.bundleVer).raw(hash).finish();
    const actor = { account: account.account, deviceId: device.deviceId };
    return forgeEntry(actor, await stateOf(this.entries), 'add', payload);
  }

  /** A next epoch by somebody of alice's name, for the members as they are. */
  async plantedEpoch(): Promise<CommittedEpoch & { readonly number: number }> {
    const { account, device } = this.#false.get('alice')!;
    const { bytes } = this.server.groups.get(this.groupId)!.epochs.at(-1)!;
    const p = await loadPrimitives();
    const { epoch } = readGroupEpoch(bytes);
    const group = this.state;
    const bundles = await Promise.all([...group.members.values()].map((member) => this.#bundleInLog(member)));
    const made = await makeEpoch(
      p,
      { account: account.account, deviceId: device.deviceId },
      {
        group,
        newest: { epoch, hash: await p.sha256(epochHashPreimage(bytes)) },
        bundles,
        name: null,
        nowMs: Date.now(),
      },
    );
    return { number: epoch + 1, epoch: made.bytes, wraps: made.wraps };
  }

  /** Wraps that were made for whoever is no member of the group at the epoch's own entry, and those that open to keys of mallory's. */
  async wrapsForOthers(): Promise<string[]> {
    const wrong: string[] = [];
    for (const { bytes, wraps } of this.server.groups.get(this.groupId)!.epochs) {
      const { epoch, groupSeq } = readGroupEpoch(bytes);
      const { members } = await stateOf(this.entries.slice(0, groupSeq));
      for (const userId of wraps.keys()) if (!members.has(userId)) wrong.push(`epoch ${epoch} is for ${userId}`);
    }
    for (const { delivery, user } of this.devices)
      for (const committed of delivery.committed)
        if (await this.#isForMallory(committed))
          wrong.push(`${user} has made an epoch that opens to eve or to keys of mallory`);
    return wrong;
  }

  /** The same person in a browser that has never seen the account, with an honest server. */
  async elsewhere(user: User): Promise<Person> {
    const { origin } = this.server;
    const person = new Person(user, { origin, endpoints: endpointsAt(origin) });
    await person.logIn();
    this.#ends.unshift(() => person.messenger.close());
    return person;
  }

  /** What stands on the server, in its order: each text, and whom it was sealed for. */
  readable(): readonly Readable[] {
    for (const { envelope } of this.messages.slice(this.#readable.length)) {
      const { epoch, messageId } = readEnvelopeHeader(envelope);
      const said = this.said.findLast((one) => one.messageId === idToHex(messageId));
      const readers = new Set(this.server.groups.get(this.groupId)!.epochs[epoch - 1]!.wraps.keys());
      this.#readable.push({ text: said?.text ?? '?', readers });
    }
    return this.#readable;
  }

  async #isForMallory({ epoch: bytes, wraps }: CommittedEpoch): Promise<boolean> {
    const p = await loadPrimitives();
    const context = await epochWrapContext(p, readGroupEpoch(bytes));
    const accounts = [this.#eve!, ...this.#false.values()].map(({ account }) => account.account);
    const opened = readEpochWraps(wraps).map(async (wrap) => {
      const keys = accounts.find(({ userId }) => sameBytes(userId, wrap.userId))?.encryption.get(wrap.bundleVer);
      if (keys === undefined) return false;
      return unwrapContentKey(p, context, wrap, keys).then(
        () => true,
        () => false,
      );
    });
    return (await Promise.all(opened)).includes(true);
  }

  /** The account's own; or mallory's, where somebody was lied to about whom they take in. */
  async #bundleInLog({ pin, userId }: GroupMember) {
    const lie = [...this.#false.values()].find(({ account }) => sameBytes(account.identity.current.pin, pin));
    return lie?.account.identity.current ?? (await this.#identityOf(idToHex(userId))).current;
  }

  async #identityOf(userId: string) {
    return readIdentity(PublicIdentity.parse(this.server.identityOf(this.server.accounts.get(userId)!)));
  }

  /** A message in alice's name, under a secret of mallory's. */
  async #forgedEnvelope(): Promise<Uint8Array> {
    for (const user of USERS) this.#false.set(user, await falseIdentityOf(this.idOf(user), user));
    const p = await loadPrimitives();
    const { deviceId, signer } = this.#false.get('alice')!.device;
    const { epoch, groupHead } = readGroupEpoch(this.server.groups.get(this.groupId)!.epochs[0]!.bytes);
    const key = (await p.importHkdf(p.randomBytes(32))) as EpochKey;
    const none = new Uint8Array(32) as Bytes32;
    const { head, seq, groupId } = this.state;
    const { bytes } = await sealGroupEnvelope(p, {
      group: this.state,
      epoch: {
        ...{ groupId, epoch, groupHead: head, groupSeq: seq, hash: groupHead, key, name: null, code: '' },
        ...{ committerUser: idFromHex(this.idOf('alice')), timeMs: Date.now() },
      },
      sender: { userId: idFromHex(this.idOf('alice')), deviceId, signer, bundleVer: 1 },
      ...{ messageId: asBytes16(p.randomBytes(16)), senderSeq: 1, previousHash: none, sentAtMs: Date.now() },
      inner: { t: 'text', body: FORGED },
    });
    return bytes;
  }

  #add(person: Person, user: User, mallory: Mallory, envelope: Uint8Array): void {
    const about = { groupId: this.groupId, readerId: this.idOf(user), envelope };
    const delivery = new LyingDelivery(mallory, about, () => this.messages);
    const served: Device['served'] = { falseKeys: false, oldVault: null };
    mallory.tamper = {
      ...mallory.tamper,
      answer: ({ method, route }, answer) => {
        if (method === 'GET' && route === 'auth/vault' && served.oldVault)
          return { status: 200, body: served.oldVault };
        if (!served.falseKeys || answer.status !== 200 || !route.startsWith('auth/users/')) return answer;
        const { username } = answer.body as PublicIdentity;
        const lie = username === user ? undefined : this.#false.get(username as User);
        return lie ? { status: 200, body: lie.published } : answer;
      },
    };
    this.devices.push({ user, person, mallory, delivery, served, deceived: false, alarmsBefore: [] });
  }
}

/** Takes the group of whoever has not said so yet. */
export async function accept({ person }: Device, groupId: ConversationId): Promise<void> {
  const found = (await person.messenger.conversations()).find(({ conversationId }) => conversationId === groupId);
  if (found?.standing === 'request') await person.messenger.acceptRequest(groupId);
}

/** Once everybody is connected. */
export function connected(devices: readonly Device[]): Promise<unknown> {
  return eventually(
    () => Promise.all(devices.map(({ person }) => person.messenger.connection())),
    (all) => all.every(({ state }) => state === 'connected'),
    60_000,
  );
}
