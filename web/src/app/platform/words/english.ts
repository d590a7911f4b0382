import { alerts } from './alerts';
import { audit } from './audit';
import { calls } from './calls';
import { groups } from './groups';
import { owner, safety } from './owner';
import { inFigures, plural } from './plural';
import { talk } from './talk';
import { wallet } from './wallet';

/**
 * Every sentence of the face but the refusals (keyring/refusal-words) and the operator's pages (admin/admin-words). Short, plain: what
 * happened, what it means, what to do. One word for one thing: password, recovery key, safety number, device, credits.
 */
export const english = {
  product: 'SecureConnect',
  close: 'Close',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  skipToContent: 'Skip to the content',
  somethingFailed: 'Something failed in this page. Reload it; nothing that was sent is lost.',
  reload: 'Reload',

  nav: {
    label: 'Main',
    chats: 'Chats',
    credits: 'Credits',
    admin: 'Admin',
    account: 'Account',
    unread: (count: number) => plural(count, 'unread message', 'unread messages'),
    unreadShort: (count: number) => (count > 99 ? '99+' : inFigures(count)),
    balance: (count: number) => plural(count, 'credit', 'credits'),
    balanceUnknown: '–',
  },

  connection: {
    states: { offline: 'Offline', connecting: 'Connecting', connected: 'Connected' },
    offline: 'Offline. Messages will be sent when you are back.',
  },

  insecure: {
    title: 'This page cannot keep a secret here',
    why: 'Your browser makes and holds keys only on pages that come over https, or from this very machine. This one came another way, so nobody can sign up or log in here.',
    fix: 'Open its https address. Whoever started this server sees that address in the terminal.',
    open: (address: string) => `Open ${address}`,
    old: 'This browser cannot do what keys need: it has no Web Crypto or no Workers. Bring it up to date, then come back.',
    oldTitle: 'This browser is too old',
  },

  signUp: {
    title: 'Make an account',
    promise: 'What you write is sealed on this device. The server carries it and cannot read it.',
    usernameHint: 'People find you by exactly this name.',
    password: 'Password',
    passwordHint: 'Nobody can reset it, not even the people who run this server.',
    showPassword: 'Show the password',
    hidePassword: 'Hide the password',
    email: 'E-mail',
    optional: '(optional)',
    emailHint: 'Never shown to anyone you write with.',
    emailBad: 'This is not an e-mail address. Correct it or leave it empty.',
    submit: 'Make my keys',
    toLogIn: 'Have an account?',
    logIn: 'Log in',
    making: 'Your keys are being made on this device. They never leave it unsealed.',
    done: 'done',
    underWay: 'under way',
  },

  strength: {
    levels: ['Guessed at once', 'Guessed within a day', 'Guessed by somebody who means it', 'Nearly there', 'Strong'],
    floor: 'Add a few unrelated words until it is strong.',
    measuring: 'Measuring',
  },

  logIn: {
    title: 'Log in',
    username: 'Username',
    password: 'Password',
    submit: 'Log in',
    working: 'Your password stays on this device; your sealed keys are opened here.',
    toSignUp: 'New here?',
    signUp: 'Make an account',
    missing: 'Enter your username and your password.',
  },

  account: {
    title: 'Account',
    device: 'This device',
    connection: 'Connection',
    look: 'Look',
    system: 'System',
    light: 'Light',
    dark: 'Dark',
    singleKeys: 'Single-key shortcuts',
    singleKeysHint: 'Press / to search and ? for the keyboard map.',
    keyboard: 'Keyboard map',
    operator: 'I run this server',
    logOut: 'Log out',
    logOutTitle: 'Log out of this device?',
    logOutText: 'Your keys and messages are removed from this device. Log in with your password and they come back.',
    logOutUnsent: (count: number) =>
      `${plural(count, 'message has', 'messages have')} not been sent yet and will be lost.`,
    logOutConfirm: 'Log out',
    logOutLosing: (count: number) => `Log out and lose ${plural(count, 'message', 'messages')}`,
    stay: 'Stay',
  },

  chats: {
    title: 'Chats',
    search: 'Search chats',
    searchHint: '/',
    start: 'New chat',
    list: 'Chats',
    loading: 'Your chats are being opened',
    emptyTitle: 'No chats yet',
    emptyText: 'Start one with somebody’s exact username. Every message is sealed on this device before it leaves.',
    noneFound: (search: string) => `No chat matches “${search}”.`,
    startWith: (search: string) => `Start a chat with ${search}`,
    you: 'You: ',
    from: (name: string) => `${name}: `,
    draft: 'Draft: ',
    unread: (count: number) => plural(count, 'unread', 'unread'),
    lastNone: 'No messages yet',
    lastUnverifiable: 'A message could not be verified',
    lastMissing: 'A message is missing',
    lastDeleted: 'Message deleted',
    lastUnsupported: 'A message this version cannot show',
    lastFailed: 'Not sent: ',
    held: 'New keys',
    pickTitle: 'Choose a chat',
    pickText: 'Pick one on the left, or press Ctrl K and type a name.',
    unreadShort: (count: number) => (count > 999 ? '999+' : inFigures(count)),
  },

  startChat: {
    title: 'New chat',
    username: 'Username',
    hint: 'The exact name. There is no directory to look through.',
    submit: 'Start chat',
    asking: 'Looking for this name',
  },

  thread: {
    label: (name: string) => `Messages with ${name}`,
    back: 'Back to chats',
    loading: 'Messages are being opened',
    unknownTitle: 'This chat is not on this device',
    unknownText: 'It may belong to another account, or it has not been loaded yet.',
    toChats: 'To my chats',
    beginning: (name: string) => `This is the beginning of your chat with ${name}.`,
    beginningHint: 'Messages are sealed on this device and opened on theirs. The server carries what it cannot read.',
    olderFailed: 'Older messages could not be loaded.',
    newMark: 'New',
    toEnd: 'To the newest message',
    toEndNew: (count: number) => plural(count, 'new message', 'new messages'),
    from: (name: string) => `${name}:`,
    fromYou: 'You:',
    states: {
      sending: 'Sending',
      encrypted: 'Encrypted',
      accepted: 'Sent',
      delivered: 'Delivered',
      read: 'Read',
      failed: 'Not sent',
    },
    retry: 'Try again',
    discard: 'Discard',
    unverifiable: 'This message could not be verified and is not shown.',
    details: 'Details',
    detailsTitle: 'Why this message is not shown',
    detailsText:
      'A message is shown only when its signature, its place in the conversation and its seal all check out. This one did not, so nothing of it is shown. Nobody is told.',
    detailsReason: 'What did not check out',
    detailsTime: 'Arrived',
    missing: (count: number) =>
      count === 1 ? '1 message is missing here.' : `${inFigures(count)} messages are missing here.`,
    lookAgain: 'Look again',
    looking: 'Looking',
    deleted: 'This message was deleted.',
    unsupported: 'This message needs a newer version of this page. Reload it to look.',
    clockMark: 'The sender’s clock and the server’s differ by more than five minutes.',
    sentAt: (time: string) => `Sent ${time}`,
  },

  composer: {
    label: (name: string) => `Message to ${name}`,
    placeholder: 'Message',
    send: 'Send',
    encrypted: 'Encrypted end to end',
    left: (count: number) => `${plural(count, 'character', 'characters')} left`,
    over: (count: number) => `${plural(count, 'character', 'characters')} too many. Send it in parts.`,
    noCredits: 'You have no credits left. Your text is kept.',
    topUp: 'Ask for a top-up',
    held: (name: string) =>
      `${name} has new keys. If you did not expect this, compare your safety number before you write.`,
    lookAtKeys: 'Look at the keys',
  },

  trust: {
    open: (name: string, state: string) => `Keys of ${name}: ${state}`,
    states: {
      'first-use': 'first use',
      'checked-in-log': 'in the key log',
      verified: 'verified',
      changed: 'changed',
    },
    headings: {
      'first-use': 'First use',
      'checked-in-log': 'In the key log',
      verified: 'Verified',
      changed: 'Changed',
    },
    title: (name: string) => `${name}’s keys`,
    texts: {
      'first-use': (name: string) =>
        `These are the keys that ${name} had when you first met here. They are pinned: if they ever change, you are told before anything is sent.`,
      'checked-in-log': (name: string) =>
        `${name}’s keys stand in the public key log, the same for everyone who looks. They are pinned as well.`,
      verified: (name: string) => `You have compared safety numbers with ${name}. These are the keys you compared.`,
      changed: (name: string) =>
        `${name} has new keys. This happens when somebody starts over; it also happens when somebody else pretends to be ${name}. If you did not expect this, compare your safety number before you write.`,
    },
    heldText: 'Nothing is sent until you decide. Your drafts are kept.',
    accept: 'Go on with the new keys',
    pinnedSince: 'Pinned since',
    userId: 'User id',
    serverSees: 'What the server can see',
    serverSeesText: 'That the two of you write, when, and roughly how much. Not a word of what.',
  },

  wallet,

  jump: {
    title: 'Jump to a chat',
    label: 'Name',
    none: 'No chat has this name.',
    results: 'Chats',
  },

  keys: {
    title: 'Keyboard',
    general: 'Everywhere',
    list: 'In the list',
    thread: 'In a chat',
    jump: 'Jump to a chat',
    search: 'Search',
    map: 'This map',
    previous: 'Chat above',
    next: 'Chat below',
    open: 'Open',
    send: 'Send',
    line: 'New line',
    leave: 'Back to the list',
    walk: 'Walk the list',
    scroll: 'Read back',
  },

  notices: {
    label: 'Notices',
    dismiss: 'Put away',
    openChat: 'Open the chat',
  },

  arrivals: {
    one: (name: string, text: string) => `${name}: ${text}`,
    many: (count: number, name: string) => `${plural(count, 'new message', 'new messages')} from ${name}`,
    several: (count: number, chats: number) =>
      `${plural(count, 'new message', 'new messages')} in ${plural(chats, 'chat', 'chats')}`,
    hidden: 'a message that could not be verified',
  },

  talk,
  calls,
  groups,
  owner,
  alerts,
  audit,
  safety,
};

export type Catalogue = typeof english;
