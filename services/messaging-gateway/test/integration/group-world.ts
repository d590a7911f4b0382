import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import type { GroupEntryType } from '@secureconnect/contracts/signed/group-entry';
import { accountKeys, member, PAYLOAD, WrittenGroup, type AccountKeys, type Member } from '../group-people.js';
import { GatewayWorld, type Device } from './gateway-world.js';

/** Two replicas, and people who make groups on them. */
export class GroupWorld {
  private constructor(
    readonly world: GatewayWorld,
    readonly first: RunningService,
    readonly second: RunningService,
    private readonly account: AccountKeys,
  ) {}

  static async open(): Promise<GroupWorld> {
    const world = await GatewayWorld.open();
    const [first, second, account] = await Promise.all([
      world.start('gateway-1'),
      world.start('gateway-2'),
      accountKeys(),
    ]);
    world.peers.available = 1_000_000;
    return new GroupWorld(world, first, second, account);
  }

  /** Somebody new; with keys that nobody else has where a test is about keys. */
  async member(account?: AccountKeys): Promise<Member> {
    return member(account ?? this.account, this.world.peers.bundles);
  }

  members(count: number): Promise<Member[]> {
    return Promise.all(Array.from({ length: count }, () => this.member()));
  }

  at(replica: 'first' | 'second', who: Member): Promise<Device> {
    return this.world.connect(this[replica], who);
  }

  /** Appends one entry that should be taken, and keeps the written group in step. */
  async take(device: Device, group: WrittenGroup, actor: Member, type: GroupEntryType, payload: Uint8Array) {
    const entry = await group.entry(actor, type, payload);
    const answer = await device.ask('group:append', { groupId: group.id, entries: [entry] });
    expect(answer).toEqual({ ok: true, lastSeq: group.seq + 1 });
    group.accept(entry);
    return entry;
  }

  async rotate(device: Device, group: WrittenGroup, committer: Member): Promise<void> {
    const made = await group.nextEpoch(committer);
    expect(await device.ask('group:rotate', { groupId: group.id, ...made })).toEqual({ ok: true });
    group.acceptEpoch(made.epoch);
  }

  /** A group of the owner and others, with its first epoch. */
  async group(atOwner: Device, owner: Member, others: readonly Member[]): Promise<WrittenGroup> {
    const group = new WrittenGroup(owner);
    const create = await group.create();
    expect(await atOwner.ask('group:append', { groupId: group.id, entries: [create] })).toEqual({
      ok: true,
      lastSeq: 1,
    });
    group.accept(create);
    for (const other of others) {
      await this.take(atOwner, group, owner, 'add', PAYLOAD.add(other));
      group.members.push(other);
    }
    await this.rotate(atOwner, group, owner);
    return group;
  }

  async remove(device: Device, group: WrittenGroup, actor: Member, gone: Member): Promise<void> {
    await this.take(device, group, actor, 'remove', PAYLOAD.remove(gone));
    group.members = group.members.filter((one) => one !== gone);
  }

  close(): Promise<void> {
    return this.world.close();
  }
}
