import { asBytes16, type Bytes, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { sealGroupEnvelope } from '@secureconnect/crypto/group/group-envelope';
import type { GroupState } from '@secureconnect/contracts/signed/group-rules';
import { changeGroup, createGroup, memberKeys, type GroupActor } from '@secureconnect/crypto/group/entries';
import type { OpenedEpoch } from '@secureconnect/crypto/group/epoch-keys';
import { makeEpoch, type MadeEpoch } from '@secureconnect/crypto/group/make-epoch';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { numberMessageId } from '../load/frames.js';
import type { Person } from '../ours/people.js';

/** A group as its owner's client writes it: signed entries, epochs with a wrap for each member, sealed messages. */
export class WrittenGroup {
  #name: OpenedEpoch['name'];
  #epoch: OpenedEpoch | null = null;
  #senderSeq = 0;
  #previousHash = new Uint8Array(32) as Bytes32;
  readonly #members: Person[];

  private constructor(
    private readonly p: Primitives,
    private readonly owner: Person,
    private state: GroupState,
    name: OpenedEpoch['name'],
  ) {
    this.#name = name;
    this.#members = [owner];
  }

  /** A group of its owner alone, and its first entry. */
  static async create(p: Primitives, owner: Person): Promise<{ group: WrittenGroup; entry: Bytes }> {
    const input = { bundle: owner.bundle, name: 'bench', nowMs: Date.now() };
    const { bytes, state, nameKey } = await createGroup(p, actorOf(owner), input);
    return { group: new WrittenGroup(p, owner, state, { seq: 1, key: nameKey }), entry: bytes };
  }

  get id(): string {
    return idToHex(this.state.groupId);
  }
  get size(): number {
    return this.#members.length;
  }
  /** The newest epoch; 0 while there is none. */
  get epoch(): number {
    return this.#epoch?.epoch ?? 0;
  }

  async add(person: Person): Promise<Bytes> {
    const userId = idFromHex(person.userId);
    const entry = await this.#change({ type: 'add', userId, keys: memberKeys(person.bundle) });
    this.#members.push(person);
    return entry;
  }

  /** Takes out whoever came last. */
  async removeLast(): Promise<Bytes> {
    const person = this.#members.pop()!;
    return this.#change({ type: 'remove', userId: idFromHex(person.userId) });
  }

  async rotate(): Promise<Pick<MadeEpoch, 'bytes' | 'wraps'>> {
    const newest = this.#epoch;
    const bundles = this.#members.map(({ bundle }) => bundle);
    const input = { group: this.state, newest, bundles, name: this.#name, nowMs: Date.now() };
    const { opened, ...made } = await makeEpoch(this.p, actorOf(this.owner), input);
    this.#epoch = opened;
    this.#name = opened.name;
    return made;
  }

  /** The owner's next messages, numbered from 0 on. Sealed once: they have to be sent. */
  async seal(count: number, body: string): Promise<Buffer[]> {
    const frames: Buffer[] = [];
    for (let index = 0; index < count; index++) {
      const messageId = asBytes16(this.p.randomBytes(16));
      numberMessageId(messageId, index);
      const { bytes, hash } = await sealGroupEnvelope(this.p, {
        sender: this.owner.device,
        messageId,
        senderSeq: ++this.#senderSeq,
        previousHash: this.#previousHash,
        sentAtMs: Date.now(),
        inner: { t: 'text', body },
        group: this.state,
        epoch: this.#epoch!,
      });
      this.#previousHash = hash;
      frames.push(Buffer.from(bytes));
    }
    return frames;
  }

  async #change(change: Parameters<typeof changeGroup>[3]): Promise<Bytes> {
    const { bytes, state } = await changeGroup(this.p, actorOf(this.owner), this.state, change, Date.now());
    this.state = state;
    return bytes;
  }
}

function actorOf({ account, device }: Person): GroupActor {
  return { account, deviceId: device.deviceId };
}
