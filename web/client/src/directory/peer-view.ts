import type { UserId } from '@secureconnect/contracts/ids';
import type { Peer } from '../messenger.js';
import { asRefusal } from '../refusal.js';
import type { Directory, DirectoryEntry } from './directory.js';

export function peerView(userId: UserId, entry: DirectoryEntry | null): Peer {
  // Without a verified identity there is no name that could be believed.
  return {
    userId,
    username: entry?.username ?? userId.slice(0, 8),
    trust: entry?.trust ?? 'first-use',
    pinnedAtMs: entry?.pinnedAtMs ?? null,
  };
}

/** Somebody who may not be known here yet: asked for, where the server answers. */
export async function peerOf(directory: Directory, userId: UserId): Promise<Peer> {
  const entry = await directory.entry(userId).catch((error: unknown) => {
    asRefusal(error);
    return null;
  });
  return peerView(userId, entry);
}
