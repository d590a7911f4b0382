import { dateAndTime } from '../platform/dates';
import type { Alarm, RefusalCode, Refused, SessionEnd, SessionStep } from './views';

/** `until`: the time of day at which the same may be tried again; null where nobody said. */
type Words = string | ((until: string | null) => string);

const tooMany: Words = (until) =>
  until === null ? 'Too many tries. Wait a minute, then try again.' : `Too many tries. You can try again at ${until}.`;

const away: Words = (until) =>
  until === null
    ? 'The server does not answer right now. Try again in a moment.'
    : `The server does not answer right now. Try again after ${until}.`;

/** Every way in which something can be refused, in words: what happened, and what to do. A code without words does not compile. */
const REFUSALS: Readonly<Record<RefusalCode, Words>> = {
  'invalid-request': 'The server did not understand this. Reload the page and try again.',
  'too-large': 'This is too large to send. Make it shorter.',
  'not-found': 'This is not here any more. Go back and reload the page.',
  'method-not-allowed': 'The server did not understand this. Reload the page and try again.',
  unauthenticated: 'Your session has ended. Log in again.',
  forbidden: 'Your account may not do this. Ask the people who run this server.',
  'origin-refused':
    'This server does not know the address in your address bar. Ask the people who run it for the right one.',
  'insecure-transport': 'This page did not come over a secure connection. Open its https address.',
  throttled: tooMany,
  unavailable: away,
  internal: 'Something failed on the server. Try again in a moment.',
  'protocol-version': 'This page is older than the server. Reload it.',
  'credentials-refused': 'Username or password is not right. Look at both and try again.',
  'registration-closed': 'This server takes no new accounts. Ask the people who run it.',
  'username-taken': 'This username is taken. Choose another.',
  'user-id-taken': 'Two accounts were made in the same moment. Try again.',
  'identity-refused': 'The server did not accept your keys. Reload the page and try again.',
  'device-refused': 'The server did not accept this device. Log out here and log in again.',
  'too-many-devices': 'Your account has as many devices as it can have. Log out on one you no longer use.',
  'vault-refused': 'The server did not accept your sealed keys. Reload the page and try again.',
  'vault-conflict': 'Your keys were changed on another device in the same moment. Try again.',
  'session-ended': 'Your session has ended. Log in again.',
  'session-reused':
    'Your session was used twice and has been ended. Log in again; if that was not you, change your password.',
  'account-banned': 'This account has been closed by the people who run this server. Ask them why.',
  'locked-out': tooMany,
  'revocation-refused': 'The server did not accept that this device is revoked. Reload the page and try again.',
  'envelope-refused': 'The server did not accept this message. Try again.',
  'not-a-member': 'You are not part of this conversation. Go back to your chats.',
  'peer-unknown': 'Nobody here has this username. Look at the spelling: it has to be exact.',
  'conversation-unknown': 'The server does not know this conversation. Start it again by username.',
  'message-id-taken': 'The server already has another message in this place. Discard this one and write it again.',
  'sequence-gap': 'Messages before this one have not arrived yet. Try again.',
  'insufficient-credits': 'You have no credits left. Your text is kept. Ask for a top-up, then try again.',
  'credits-unavailable': 'Your credits cannot be counted right now. Nothing was charged. Try again in a moment.',
  'device-unbound': 'The server does not know this device yet. Log out and log in again.',
  'group-refused': 'The rules of this group do not allow this. Ask somebody who manages the group.',
  'group-conflict': 'Somebody else changed the group in the same moment. Try again.',
  'epoch-stale': 'The group has changed since this was sealed. Try again.',
  'signal-refused': 'The server did not accept this call. Try again.',
  'signal-expired': 'This call is over. Call again.',
  'call-full': 'Eight people talk in this call already. Wait until somebody leaves, then try again.',
  'call-unknown': 'This call is over. Call again.',
  'call-id-taken': 'Two calls began in the same moment. Call again.',
  'bootstrap-refused': 'This token is not right, or there is an admin already. Look at the server’s terminal.',

  offline: 'Offline. Try again when you are back.',
  'invalid-username':
    'A username has 3 to 32 characters: a letter first, then letters a to z, digits, dots, dashes or underscores.',
  'password-too-weak': 'This password can be guessed. Add a few unrelated words.',
  'insecure-context':
    'This page did not come over a secure connection, so no keys can be made here. Open its https address.',
  'kdf-refused':
    'The server asked for weaker protection of your password than is allowed. Nothing was sent. Tell the people who run this server.',
  'account-started-fresh':
    'This account was started fresh on another device since you used it here. If that was you, log in again and say so; what this device kept is gone then. If not, do not go on, and tell the people who run this server.',
  'vault-missing':
    'The server has your account but not your sealed keys. No new keys were made. Tell the people who run this server.',
  'vault-refused-here':
    'What the server gave as your sealed keys is not yours or was changed. It was not used. Tell the people who run this server.',
  'vault-rolled-back':
    'The server gave older sealed keys than this device has seen. They were not used. Tell the people who run this server.',
  'identity-mismatch':
    'The keys that the server shows as yours are not yours. Nothing was sent. Tell the people who run this server.',
  'peer-identity-refused':
    'This person’s keys do not check out. Nothing was sent. Ask them to log in again, then try once more.',
  'peer-keys-changed':
    'This person has new keys. If you did not expect this, compare your safety number before you write.',
  'text-too-long': 'This is longer than one message can be. Send it in parts.',
  'self-conversation': 'This is your own username. Enter somebody else’s.',
  'server-answer-refused': 'The server’s answer made no sense and was not used. Reload the page and try again.',
  'storage-unavailable':
    'This browser does not let the page keep anything. Leave private browsing or free some space, then reload.',
  'group-forked':
    'The server shows different histories of this group. Nothing is sent in it until the people who run this server explain.',
  'recovery-key-mistyped': 'This is not the recovery key that was shown. Look for a letter that is missing or wrong.',
  'recovery-key-forgotten': 'The recovery key that was shown is no longer here. Make a new one.',
  'recovery-key-refused': 'This recovery key does not open the account. Look at username and key.',
};

/** What a person should see though nobody asked. */
const ALARMS: Readonly<Record<Alarm['code'], string>> = {
  'vault-rolled-back':
    'The server gave older sealed keys than this device has seen. They were not used. Tell the people who run this server.',
  'peer-keys-changed':
    'Somebody you write with has new keys. If you did not expect this, compare your safety number before you write.',
  'server-answer-refused': 'The server sent something that made no sense. It was not used.',
  replayed: 'The server sent a message a second time. It is shown once.',
  'ledger-refused':
    'The server’s record of your credits does not hold. Open Credits to see where, and tell the people who run this server.',
  'history-forked':
    'The server shows the two of you different histories of a chat. Do not trust it until the people who run this server explain.',
  'group-forked':
    'The server shows different histories of a group. Nothing more is sent in it. Do not trust it until the people who run this server explain.',
  'session-reused': 'Your session was used twice and has been ended. If that was not you, change your password.',
};

const SESSION_ENDS: Readonly<Record<SessionEnd, string>> = {
  you: 'You are logged out. Your keys and messages are gone from this device, and come back when you log in.',
  expired: 'Your session has ended. Log in again.',
  reused: 'Your session was used twice and has been ended. Log in again; if that was not you, change your password.',
  revoked: 'This device was logged out from somewhere else. Log in again; if that was not you, change your password.',
  banned: 'This account has been closed by the people who run this server. Log in to read why, and until when.',
  'storage-lost': 'This browser has cleared what the page kept. Log in again: your messages come back.',
};

const STEPS: Readonly<Record<SessionStep, string>> = {
  'deriving-keys': 'Turning your password into keys',
  'making-keys': 'Making your keys',
  'sealing-vault': 'Sealing them with your password',
  'asking-server': 'Asking the server',
  'opening-vault': 'Opening your sealed keys',
  'adding-device': 'Adding this device',
  'loading-conversations': 'Bringing your conversations',
};

function bannedWords({ reason, untilMs }: NonNullable<Refused['ban']>): string {
  const until = untilMs === null ? '' : ` until ${dateAndTime(untilMs)}`;
  return `The people who run this server have closed this account${until}. They say: “${reason}”`;
}

/** @param until - gives the time of day so many seconds from now */
export function refusalWords(refused: Omit<Refused, 'ok'>, until: (seconds: number) => string): string {
  if (refused.ban !== undefined) return bannedWords(refused.ban);
  const words = REFUSALS[refused.code];
  if (typeof words === 'string') return words;
  return words(refused.retryAfterSeconds === undefined ? null : until(refused.retryAfterSeconds));
}

export const alarmWords = (code: Alarm['code']): string => ALARMS[code];

/** @param ban - with an end of `banned`: the words are those of a log-in that is refused for it */
export function sessionEndWords(end: SessionEnd, ban: Refused['ban'] | null): string {
  return end === 'banned' && ban ? bannedWords(ban) : SESSION_ENDS[end];
}

export const stepWords = (step: SessionStep): string => STEPS[step];
