import { joinPage, lowestSeq, placeMessage, prependPage, withoutMessage } from '../src/app/keyring/thread-messages';
import type { MessageId } from '../src/app/keyring/views';
import { idsOf, message } from './messages';

const id = (text: string) => text as MessageId;

describe('the messages of a thread', () => {
  it('stand by position, whatever the order in which they come', () => {
    const placed = [3, 1, 2].reduce<ReturnType<typeof placeMessage>>(
      (here, seq) => placeMessage(here, message(seq)),
      [],
    );
    expect(idsOf(placed)).toEqual(['m1', 'm2', 'm3']);
  });

  it('are replaced under their id and never doubled', () => {
    const own = message(null, { messageId: id('own'), outgoing: true, state: 'sending' });
    const here = placeMessage([message(1)], own);
    const later = placeMessage(here, { ...own, seq: 2, state: 'accepted' });
    expect(idsOf(later)).toEqual(['m1', 'own']);
    expect(later[1]).toMatchObject({ state: 'accepted', seq: 2 });
  });

  it('keep what is not sent yet at the end, in the order of writing', () => {
    const first = message(null, { messageId: id('first'), outgoing: true, state: 'sending' });
    const second = message(null, { messageId: id('second'), outgoing: true, state: 'sending' });
    const here = [first, second, message(7)].reduce<ReturnType<typeof placeMessage>>(placeMessage, []);
    expect(idsOf(here)).toEqual(['m7', 'first', 'second']);
  });

  it('put a mark for what is missing before the message that betrayed it', () => {
    const mark = message(5, { messageId: id('gap'), content: { kind: 'missing', count: 2 } });
    expect(idsOf(placeMessage([message(2), message(5)], mark))).toEqual(['m2', 'gap', 'm5']);
    expect(idsOf(placeMessage([message(2), mark], message(5)))).toEqual(['m2', 'gap', 'm5']);
  });

  it('quote what a message says now, and nothing of one that was deleted', () => {
    const quote = {
      known: true,
      messageId: id('m1'),
      sender: message(1).sender,
      body: 'text 1',
      altered: false,
    } as const;
    const here = [message(1), message(2, { quote }), message(3, { quote: { ...quote, messageId: id('m9') } })];
    const edited = placeMessage(here, message(1, { content: { kind: 'text', body: 'changed' } }));
    expect(edited[1]?.quote).toEqual({ ...quote, body: 'changed' });
    const deleted = placeMessage(edited, message(1, { content: { kind: 'deleted' } }));
    expect(deleted[1]?.quote).toEqual({ known: false, messageId: 'm1' });
    expect(deleted[2]?.quote).toEqual({ ...quote, messageId: 'm9' });
  });

  it('keep of a page and an event the view that is further', () => {
    const accepted = message(1, { outgoing: true, state: 'accepted' });
    const delivered = { ...accepted, state: 'delivered' as const };
    expect(joinPage([accepted], [delivered])[0]?.state).toBe('delivered');
    expect(joinPage([delivered], [accepted])[0]?.state).toBe('delivered');
  });

  it('keep what came while the page was on its way', () => {
    expect(idsOf(joinPage([message(1), message(2)], [message(3)]))).toEqual(['m1', 'm2', 'm3']);
  });

  it('take older ones before those that are here, and none twice', () => {
    expect(idsOf(prependPage([message(1), message(2)], [message(2), message(3)]))).toEqual(['m1', 'm2', 'm3']);
  });

  it('know the lowest position that is here, unsent ones aside', () => {
    expect(lowestSeq([message(null), message(9), message(4)])).toBe(4);
    expect(lowestSeq([message(null)])).toBeNull();
  });

  it('lose one that is removed, and no other', () => {
    expect(idsOf(withoutMessage([message(1), message(2)], id('m1')))).toEqual(['m2']);
    expect(idsOf(withoutMessage([message(1)], id('unknown')))).toEqual(['m1']);
  });
});
