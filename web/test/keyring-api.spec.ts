import type { Messenger } from '@secureconnect/client/messenger';
import { keyringApi } from '../src/app/keyring/keyring-api';

/** A messenger that offers more than it promises. */
const generous = new Proxy({} as Messenger, { get: (_, name) => () => name });

describe('the door between the page and the keys', () => {
  it('has these calls and no other', () => {
    expect(Object.keys(keyringApi(generous)).sort()).toEqual([
      'acceptNewKeys',
      'claimAdmin',
      'connection',
      'conversations',
      'credits',
      'discard',
      'listUsers',
      'listen',
      'logIn',
      'logOut',
      'lookAgain',
      'markRead',
      'messages',
      'openConversation',
      'register',
      'restore',
      'retry',
      'send',
      'unsent',
    ]);
  });
});
