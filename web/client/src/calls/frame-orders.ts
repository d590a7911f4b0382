import type { FrameKey } from '@secureconnect/crypto/media/frame-key';

/** What the messenger tells the Worker of frames, over a port that no page sees. */
export type FrameOrder =
  | { readonly linkId: string; readonly side: 'send' | 'receive'; readonly key: FrameKey }
  | { readonly linkId: string; readonly side: 'gone' };
