import { groupNameRefusal } from '../src/app/conversations/groups/group-name';
import { mayRemove, rightsOf } from '../src/app/conversations/groups/group-rights';
import { eventWords } from '../src/app/conversations/groups/event-words';
import { groupPreview, previewOf } from '../src/app/conversations/preview';
import type { GroupEventView, GroupHappening, GroupRole } from '../src/app/keyring/views';
import { joinEvents } from '../src/app/keyring/thread-messages';
import { english } from '../src/app/platform/words/english';
import { listOf } from '../src/app/platform/words/plural';
import { message, peer } from './messages';

const [alice, bob, carol] = [peer('alice'), peer('bob'), peer('carol')];
const words = english.groups;

const event = (happened: GroupHappening, actor = bob, entry = 1): GroupEventView => ({
  conversationId: message(1).conversationId,
  entry,
  beforeSeq: null,
  atMs: 0,
  actor,
  happened,
});
const said = (first: GroupEventView, ...more: readonly GroupEventView[]) =>
  eventWords([first, ...more], alice.userId, words);

describe('what happened to a group', () => {
  it('is said of others by name, and of oneself as you', () => {
    expect(said(event({ kind: 'added', target: carol }))).toBe('bob added carol');
    expect(said(event({ kind: 'added', target: alice }))).toBe('bob added you');
    expect(said(event({ kind: 'removed', target: bob }, alice))).toBe('You removed bob');
    expect(said(event({ kind: 'removed', target: alice }))).toBe('bob removed you');
    expect(said(event({ kind: 'left' }))).toBe('bob left');
    expect(said(event({ kind: 'role', target: carol, role: 'admin' }))).toBe('bob made carol an admin');
    expect(said(event({ kind: 'role', target: alice, role: 'owner' }))).toBe('bob gave the group to you');
    expect(said(event({ kind: 'renamed', name: 'Sea' }))).toBe('bob named the group “Sea”');
    expect(said(event({ kind: 'renamed', name: null }))).toBe('bob changed the name of the group');
    expect(said(event({ kind: 'policy', anyoneRenames: true }))).toBe('bob lets every member change the name');
  });

  it('names a few of many, oneself first', () => {
    const added = ['dave', 'erin', 'frank', 'alice'].map((name) => event({ kind: 'added', target: peer(name) }));
    expect(said(added[0]!, ...added.slice(1))).toBe('bob added you, dave, erin, and 1 other');
    const made = event({ kind: 'created', name: 'Lake' });
    expect(said(made, ...added.slice(0, 2))).toBe('bob made this group with dave and erin');
    expect(said(made)).toBe('bob made this group');
  });

  it('stands once in the thread, whichever page brought it', () => {
    const [one, two] = [event({ kind: 'left' }, bob, 1), event({ kind: 'left' }, carol, 2)];
    const again = { ...two, beforeSeq: 7 };
    expect(joinEvents([two], [one, again])).toEqual([one, again]);
  });
});

describe('in a group', () => {
  const member = (role: GroupRole) => ({ peer: carol, role, addedAtMs: 0 });
  const roles: readonly (GroupRole | null)[] = ['owner', 'admin', 'member', null];

  it('nobody is offered what the rules refuse', () => {
    expect(roles.map((own) => mayRemove(own, member('owner')))).toEqual([false, false, false, false]);
    expect(roles.map((own) => mayRemove(own, member('admin')))).toEqual([true, false, false, false]);
    expect(roles.map((own) => mayRemove(own, member('member')))).toEqual([true, true, false, false]);
    expect(roles.map((own) => rightsOf(own).setsRoles)).toEqual([true, false, false, false]);
    expect(roles.map((own) => rightsOf(own).manages)).toEqual([true, true, false, false]);
  });

  it('a name has 1 to 100 characters, none of which controls anything', () => {
    expect(groupNameRefusal('Lake weekend 🛶', words)).toBe('');
    expect(groupNameRefusal('x'.repeat(100), words)).toBe('');
    expect(groupNameRefusal('', words)).toBe(words.nameMissing);
    expect(groupNameRefusal('a\u0007b', words)).toBe(words.nameMissing);
    expect(groupNameRefusal('x'.repeat(101), words)).toBe(words.nameLong);
  });

  it('the list says whose the newest message is, and that nothing can be written any more', () => {
    expect(previewOf(message(1), '', english.chats, 'bob')).toMatchObject({ prefix: 'bob: ', text: 'text 1' });
    expect(previewOf(message(1, { outgoing: true }), '', english.chats, 'alice').prefix).toBe('You: ');
    const group = { name: 'Lake', memberCount: 3, ownRole: 'member', forked: false, invitedBy: null } as const;
    expect(groupPreview(group, words)).toBeNull();
    expect(groupPreview({ ...group, ownRole: null }, words)).toMatchObject({ text: words.outRow });
    expect(groupPreview({ ...group, forked: true }, words)).toMatchObject({ text: words.forkedRow, isFailed: true });
  });

  it('who types is said by name, and many by their number', () => {
    expect(words.typing('bob', 1)).toBe('bob is typing …');
    expect(words.typing(listOf(['bob', 'carol']), 2)).toBe('bob and carol are typing …');
    expect(words.typing(listOf(['bob', 'carol', words.others(3)]), 5)).toBe('bob, carol, and 3 others are typing …');
  });
});
