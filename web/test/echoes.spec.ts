import { Echoes } from '../src/app/keyring/echoes';
import type { ConversationId, MessageId } from '../src/app/keyring/views';
import { message } from './messages';

const conversationId = 'c'.repeat(32) as ConversationId;
const own = (messageId: string) =>
  message(null, { messageId: messageId as MessageId, outgoing: true, state: 'encrypted' });

describe('an echo', () => {
  it('stands in the thread from the first moment, as sending', () => {
    const echoes = new Echoes();
    echoes.add(conversationId, 'hello');
    expect(echoes.shown()).toMatchObject([{ outgoing: true, state: 'sending', content: { body: 'hello' } }]);
  });

  it('gives its name to the message that it becomes', () => {
    const echoes = new Echoes();
    const echo = echoes.add(conversationId, 'hello');
    echoes.adopt(echo, 'real' as MessageId);
    echoes.remove(echo);
    expect(echoes.keyOf('real' as MessageId)).toBe(echo.messageId);
    expect(echoes.keyOf('other' as MessageId)).toBe('other');
    expect(echoes.shown()).toEqual([]);
  });

  it('holds an event of its own message until it has its id, so that nothing is shown twice', () => {
    const echoes = new Echoes();
    const echo = echoes.add(conversationId, 'hello');
    expect(echoes.holds(own('real'), [])).toBe(true);
    echoes.adopt(echo, 'real' as MessageId);
    expect(echoes.remove(echo)).toEqual([own('real')]);
    expect(echoes.remove(echo)).toEqual([]);
  });

  it('holds nothing of others, nothing that is known, and nothing when there is no echo', () => {
    const echoes = new Echoes();
    expect(echoes.holds(own('real'), [])).toBe(false);
    echoes.add(conversationId, 'hello');
    expect(echoes.holds(message(1), [])).toBe(false);
    expect(echoes.holds(own('known'), [own('known')])).toBe(false);
  });

  it('lets go of each message with its own echo, and of strangers with the last one', () => {
    const echoes = new Echoes();
    const [first, second] = [echoes.add(conversationId, 'one'), echoes.add(conversationId, 'two')];
    for (const messageId of ['real-two', 'elsewhere', 'real-one']) echoes.holds(own(messageId), []);
    echoes.adopt(first, 'real-one' as MessageId);
    expect(echoes.remove(first)).toEqual([own('real-one')]);
    echoes.adopt(second, 'real-two' as MessageId);
    expect(echoes.remove(second)).toEqual([own('real-two'), own('elsewhere')]);
  });
});
