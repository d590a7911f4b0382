import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { PresenceChanged } from '@secureconnect/contracts/messaging';
import { directConversationId } from '../src/conversations/direct-conversation.js';
import { PresenceWatch, type Watcher } from '../src/presence/presence-watch.js';
import { person } from './letters.js';

const id = () => person().userId as UserId;

/** A world in which alice has written to bob, and to nobody else. */
function world() {
  const [alice, bob, carol] = [id(), id(), id()];
  const shown = new Map<UserId, number>([[alice, 60_000]]);
  const online = new Set<UserId>([alice]);
  const written = new Set<ConversationId>([directConversationId(alice, bob)]);
  const watch = new PresenceWatch({
    shown: (userIds) => new Map([...shown].filter(([userId]) => userIds.includes(userId))),
    isOnline: (userId) => online.has(userId),
    hasWritten: (conversationId, userId) => userId === alice && written.has(conversationId),
    directConversationId,
  });
  const watcher = (userId: UserId): Watcher & { readonly heard: PresenceChanged[] } => {
    const heard: PresenceChanged[] = [];
    return { userId, heard, tell: (change) => heard.push(change) };
  };
  return { alice, bob, carol, shown, online, written, watch, watcher };
}

describe('watching presence', () => {
  it('answers whom the user has written to, and nobody else', () => {
    const { alice, bob, carol, watch, watcher } = world();
    expect(watch.watch(watcher(bob), [alice])).toEqual([{ userId: alice, online: true, lastSeenAtMs: null }]);
    expect(watch.watch(watcher(carol), [alice])).toEqual([]);
    expect(watch.watch(watcher(alice), [alice, bob])).toEqual([]);
  });

  it('tells what changed, once', async () => {
    const { alice, bob, online, shown, watch, watcher } = world();
    const atBob = watcher(bob);
    watch.watch(atBob, [alice]);
    online.delete(alice);
    shown.set(alice, 120_000);
    await watch.review(alice);
    await watch.review(null);
    expect(atBob.heard).toEqual([{ userId: alice, online: false, lastSeenAtMs: 120_000 }]);
  });

  it('says that it is hidden when the user no longer shows it, and nothing while it stays so', async () => {
    const { alice, bob, carol, shown, online, watch, watcher } = world();
    const [atBob, atCarol] = [watcher(bob), watcher(carol)];
    watch.watch(atBob, [alice]);
    watch.watch(atCarol, [alice]);
    shown.delete(alice);
    await watch.review(alice);
    online.delete(alice);
    await watch.review(alice);
    expect(atBob.heard).toEqual([{ userId: alice, hidden: true }]);
    expect(atCarol.heard).toEqual([]);
  });

  it('tells somebody who is written to for the first time meanwhile', async () => {
    const { alice, carol, written, watch, watcher } = world();
    const atCarol = watcher(carol);
    watch.watch(atCarol, [alice]);
    written.add(directConversationId(alice, carol));
    await watch.review(null);
    expect(atCarol.heard).toEqual([{ userId: alice, online: true, lastSeenAtMs: null }]);
  });

  it('forgets what was watched before, and who went', async () => {
    const { alice, bob, online, watch, watcher } = world();
    const [one, other] = [watcher(bob), watcher(bob)];
    watch.watch(one, [alice]);
    watch.watch(other, [alice]);
    watch.watch(one, []);
    watch.forget(other);
    online.delete(alice);
    await watch.review(null);
    expect([...one.heard, ...other.heard]).toEqual([]);
  });
});
