import type { MessageState } from '../messenger.js';

/**
 * The life of an own message. `encrypted` may fall back to `sending`: a refusal before it in its lane means that it is sealed
 * anew at another place of the chain. A `failed` or `sending` message may turn out `accepted`: its acknowledgement was lost, and sync brings it back.
 */
const MOVES: Readonly<Record<MessageState, readonly MessageState[]>> = {
  sending: ['encrypted', 'failed', 'accepted'],
  encrypted: ['accepted', 'sending', 'failed'],
  failed: ['sending', 'accepted'],
  accepted: ['delivered', 'read'],
  delivered: ['read'],
  read: [],
};

export class IllegalMove extends Error {
  override readonly name = 'IllegalMove';
}

/** `to`, if a message in state `from` may go there. @throws IllegalMove */
export function moveTo<S extends MessageState>(from: MessageState, to: S): S {
  if (!MOVES[from].includes(to)) throw new IllegalMove(`${from} to ${to}`);
  return to;
}
