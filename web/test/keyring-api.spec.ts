import type { Messenger } from '@secureconnect/client/messenger';
import { keyringApi } from '../src/app/keyring/keyring-api';

/** A messenger that offers more than it promises. */
const generous = new Proxy({} as Messenger, { get: (_, name) => () => name });

describe('the door between the page and the keys', () => {
  it('has these calls and no other', () => {
    expect(Object.keys(keyringApi(generous)).sort()).toEqual([
      'acceptNewKeys',
      'acceptRequest',
      'addMember',
      'block',
      'blocked',
      'changePassword',
      'claimAdmin',
      'compareSafetyCode',
      'confirmRecoveryKey',
      'connection',
      'conversations',
      'createGroup',
      'credits',
      'deleteForAll',
      'devices',
      'discard',
      'edit',
      'findUser',
      'group',
      'hasRecoveryKey',
      'leaveGroup',
      'listUsers',
      'listen',
      'logIn',
      'logOut',
      'lookAgain',
      'makeRecoveryKey',
      'markRead',
      'markVerified',
      'messages',
      'openConversation',
      'privacy',
      'react',
      'recover',
      'register',
      'removeMember',
      'renameDevice',
      'renameGroup',
      'restore',
      'retry',
      'revokeDevices',
      'safetyCode',
      'send',
      'setPrivacy',
      'setRole',
      'startFresh',
      'trustHistory',
      'typing',
      'unblock',
      'unmarkVerified',
      'unsent',
      'watchPresence',
    ]);
  });
});
