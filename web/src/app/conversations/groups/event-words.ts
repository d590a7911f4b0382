import type { GroupEventView, Peer, UserId } from '../../keyring/views';
import { listOf } from '../../platform/words/plural';
import type { Catalogue } from '../../platform/words/english';

/** So many names are said; more are counted. */
const NAMED = 3;

/** What happened to the group, in one sentence. @param selfId - of whoever reads it */
export function eventWords(
  [event, ...more]: readonly [GroupEventView, ...GroupEventView[]],
  selfId: UserId | undefined,
  words: Catalogue['groups'],
): string {
  const { actor, happened } = event;
  const isSelf = ({ userId }: Peer) => userId === selfId;
  const named = (peer: Peer) => (isSelf(peer) ? words.you : peer.username);
  const object = (peer: Peer) => (isSelf(peer) ? words.youObject : peer.username);
  const who = named(actor);
  const added = [event, ...more].flatMap((one) => (one.happened.kind === 'added' ? [one.happened.target] : []));
  const shown = [...added].sort((one, other) => Number(isSelf(other)) - Number(isSelf(one))).slice(0, NAMED);
  const unnamed = added.length - shown.length;
  const list = listOf([...shown.map(object), ...(unnamed === 0 ? [] : [words.others(unnamed)])]);
  const { events } = words;
  switch (happened.kind) {
    case 'created':
      return added.length === 0 ? events.created(who) : events.createdWith(who, list);
    case 'added':
      return events.added(who, list);
    case 'removed':
      return events.removed(who, object(happened.target));
    case 'left':
      return events.left(who);
    case 'role':
      if (happened.role === 'owner') return events.owner(who, object(happened.target));
      return happened.role === 'admin'
        ? events.admin(who, object(happened.target))
        : events.member(who, object(happened.target));
    case 'renamed':
      return happened.name === null ? events.renamedUnread(who) : events.renamed(who, happened.name);
    case 'policy':
      return happened.anyoneRenames ? events.anyoneRenames(who) : events.adminsRename(who);
  }
}
