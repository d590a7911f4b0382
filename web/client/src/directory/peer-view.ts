import type { UserId } from '@secureconnect/contracts/ids';
import type { Peer } from '../messenger.js';
import type { DirectoryEntry } from './directory.js';

export function peerView(userId: UserId, entry: DirectoryEntry | null): Peer {
  // Without a verified identity there is no name that could be believed.
  return {
    userId,
    username: entry?.username ?? userId.slice(0, 8),
    trust: entry?.trust ?? 'first-use',
    pinnedAtMs: entry?.pinnedAtMs ?? null,
  };
}
