import type { CallSignal, Join } from '@secureconnect/contracts/call-signals';
import type { CallId, ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import { createHash } from 'node:crypto';
import type { CallHost, CallPlace } from '../../src/calls/call-host.js';
import type { HeardSignal } from '../../src/calls/call-signaling.js';
import { Mesh } from '../../src/calls/mesh.js';
import { MeshDoor } from '../../src/calls/mesh-door.js';

const id = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 32);
const text32 = (name: string) => createHash('sha256').update(name).digest('base64url');
const member = (name: string) => ({ userId: id(name) as UserId, username: name });
const device = (name: string) => id(`device of ${name}`) as DeviceId;
const joinOf = (name: string): Join => ({
  t: 'join',
  fingerprint: text32(name),
  sealsFrames: false,
  commitment: text32(`nonce of ${name}`),
});
const heard = (name: string, signal: CallSignal) =>
  ({ userId: id(name), deviceId: device(name), signal }) as unknown as HeardSignal;

/** A device in a call, with nothing behind it: what it says is written down. */
function doorOf(name: string, others: readonly string[]) {
  const said: { readonly to: string; readonly signal: CallSignal }[] = [];
  const own = { userId: id(name) as UserId, deviceId: device(name), fingerprint: text32(name) };
  const host = {
    ...own,
    selfId: own.userId,
    clock: { nowMs: () => 0 },
    // nothing that comes later comes in here
    pause: () => new Promise<void>(() => undefined),
    background: (work: () => Promise<void>) => void work(),
    proofs: {
      random: () => text32('random'),
      commitTo: () => Promise.resolve(text32('commitment')),
      sign: () =>
        Promise.resolve({ roster: { epoch: 1, members: [], bytes: new Uint8Array(233) }, hash: new Uint8Array(32) }),
    },
    media: { openLink: () => Promise.resolve(), closeLink: () => Promise.resolve() },
    frames: () => undefined,
    changed: () => undefined,
  } as unknown as CallHost;
  const place = { callId: id('call') as CallId, conversationId: id('group') as ConversationId } as CallPlace;
  const mesh = new Mesh({
    host,
    place,
    own: () => own,
    sealsFrames: () => false,
    relayOnly: () => false,
    servers: () => Promise.resolve([]),
    isOver: () => false,
    muted: () => false,
    send: () => undefined,
    believed: () => undefined,
    changed: () => undefined,
  });
  const door = new MeshDoor({
    host,
    place,
    mesh,
    members: () => Promise.resolve([name, ...others].map(member)),
    own: () => own,
    presence: () => ({ fingerprint: own.fingerprint, sealsFrames: false }),
    isEntered: () => true,
    isOver: () => false,
    send: (userId, _deviceId, signal) => void said.push({ to: userId, signal }),
    joined: () => undefined,
  });
  return {
    door,
    mesh,
    said,
    says: (t: CallSignal['t']) => said.filter(({ signal }) => signal.t === t).map(({ to }) => to),
  };
}

const SEVEN = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];

describe('who is in a call of a group', () => {
  it('lets in seven others, and refuses the ninth though the server let it in', async () => {
    const { door, mesh, says } = doorOf('alice', [...SEVEN, 'ivan']);
    for (const name of SEVEN) await door.asked(heard(name, joinOf(name)), joinOf(name));
    expect(mesh.inside().map(({ username }) => username)).toEqual(SEVEN);
    await door.asked(heard('ivan', joinOf('ivan')), joinOf('ivan'));
    expect(says('full')).toEqual([id('ivan')]);
    expect(mesh.find(device('ivan'))).toBeNull();
    mesh.drop(mesh.find(device('bob'))!, null);
    await door.asked(heard('ivan', joinOf('ivan')), joinOf('ivan'));
    expect(mesh.find(device('ivan'))?.isIn).toBe(true);
  });

  it('lets in nobody who is no member of the group', async () => {
    const { door, mesh, said } = doorOf('alice', ['bob']);
    await door.asked(heard('mallory', joinOf('mallory')), joinOf('mallory'));
    expect([mesh.all(), said]).toEqual([[], []]);
  });

  it('says welcome again to a join that is said again, and opens no second link', async () => {
    const { door, mesh, says } = doorOf('alice', ['bob']);
    await door.asked(heard('bob', joinOf('bob')), joinOf('bob'));
    const { link } = mesh.find(device('bob'))!;
    await door.asked(heard('bob', joinOf('bob')), joinOf('bob'));
    expect(says('welcome')).toEqual([id('bob'), id('bob')]);
    expect(mesh.find(device('bob'))!.link).toBe(link);
  });

  it('takes a device that lost its page for a new one: another link, under another name', async () => {
    const { door, mesh } = doorOf('alice', ['bob']);
    await door.asked(heard('bob', joinOf('bob')), joinOf('bob'));
    const before = mesh.find(device('bob'))!.link!.linkId;
    const again = { ...joinOf('bob'), fingerprint: text32('another certificate') };
    await door.asked(heard('bob', again), again);
    expect(mesh.inside()).toHaveLength(1);
    expect(mesh.find(device('bob'))!.link!.linkId).not.toBe(before);
  });

  it('solves that both asked: one of the two, the same on both sides, has asked', async () => {
    const sides = [
      { own: 'alice', other: 'bob' },
      { own: 'bob', other: 'alice' },
    ];
    const welcomed: string[] = [];
    for (const { other, own } of sides) {
      const { door, mesh, says } = doorOf(own, [other]);
      await door.ask(id(other) as UserId, device(other));
      await door.asked(heard(other, joinOf(other)), joinOf(other));
      const peer = mesh.find(device(other))!;
      expect(peer.isIn).toBe(says('welcome').length === 1);
      expect(peer.offers).toBe(!peer.isIn);
      welcomed.push(...says('welcome'));
    }
    expect(welcomed).toHaveLength(1);
    const [first] = [id('alice'), id('bob')].sort();
    expect(welcomed).toEqual([first]);
  });

  it('asks nobody twice, nobody of its own account, and nobody who is no member', async () => {
    const { door, mesh } = doorOf('alice', ['bob']);
    await door.ask(id('bob') as UserId, device('bob'));
    await door.ask(id('bob') as UserId, device('bob'));
    await door.ask(id('alice') as UserId, 'f'.repeat(32) as DeviceId);
    await door.ask(id('mallory') as UserId, device('mallory'));
    expect(mesh.all().map(({ username }) => username)).toEqual(['bob']);
  });
});
