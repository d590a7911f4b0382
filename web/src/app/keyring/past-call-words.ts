import type { MessageView } from './views';
import { calls } from '../platform/words/calls';
import { plural } from '../platform/words/plural';

/** What a call that is over is called in its chat. Empty for a message that is no such call. */
export function pastCallWords({ content, outgoing }: Pick<MessageView, 'content' | 'outgoing'>): string {
  if (content.kind !== 'call') return '';
  switch (content.outcome) {
    case 'answered':
      return calls.wasCall(callLength(content.seconds));
    case 'declined':
      return calls.wasDeclined;
    case 'missed':
      return outgoing ? calls.unanswered : calls.missed;
  }
}

/** `45 seconds`, `3 min`, `1 h 4 min`. */
function callLength(seconds: number): string {
  if (seconds < 60) return plural(seconds, 'second', 'seconds');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
