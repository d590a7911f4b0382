import { inFigures, plural } from '../platform/words/plural';

const credits = (amount: number) => plural(amount, 'credit', 'credits');
const requests = (count: number) => plural(count, 'request', 'requests');

/** The operator's pages, in words. They come with those pages. */
export const adminWords = {
  title: 'People',
  search: 'Search by username or e-mail',
  searchHint: '/',
  columns: { username: 'Username', email: 'E-mail', credits: 'Credits', joined: 'Joined', id: 'Id', role: 'Role' },
  admin: 'admin',
  noEmail: 'none',
  creditsUnknown: 'not known right now',
  total: (count: number) => plural(count, 'account', 'accounts'),
  range: (from: number, to: number, total: number) => `${inFigures(from)}–${inFigures(to)} of ${inFigures(total)}`,
  previous: 'Previous page',
  next: 'Next page',
  loading: 'The accounts are on their way',
  noneTitle: 'Nobody is called that',
  noneText: 'The search looks at the beginning of usernames and e-mail addresses.',
  clear: 'Show everyone',
  retry: 'Try again',

  claimTitle: 'Do you run this server?',
  claimText:
    'When it was started, its terminal showed a token that makes one account the first admin. It works once, and only while there is no admin.',
  claimLabel: 'One-time token',
  claimHint: '43 characters, as the terminal shows them.',
  claimBad: 'A token has 43 letters, digits, dashes and underscores. Copy it whole.',
  claim: 'Make me the admin',
  claiming: 'Asking the server',

  places: { label: 'What you run', people: 'People', topups: 'Top-ups', audit: 'Audit' },
  lookAt: (name: string) => `Look at ${name}`,
  closedMark: 'closed',
  account: {
    isAdmin: 'This is an admin. Admins’ accounts are not closed here.',
    closeTitle: 'Close this account',
    closeText: 'Its sessions end at once on all devices. Keys and messages stay, sealed, until it is opened again.',
    closedTitle: 'This account is closed',
    closedForGood: 'Until somebody opens it again:',
    closedUntil: (moment: string) => `Until ${moment}:`,
    end: 'Until',
    ends: {
      day: 'one day from now',
      week: 'one week from now',
      month: '30 days from now',
      never: 'somebody opens it again',
    },
    reason: 'Reason',
    closeHint: 'The person reads this when they log in. It is written down with your name.',
    openHint: 'It is written down with your name.',
    reasonBad: 'Say in a few words why.',
    close: 'Close the account',
    open: 'Open the account again',
    closed: 'The account is closed.',
    opened: 'The account is open again.',
    codeTitle: 'Password and recovery key lost',
    codeText:
      'A code lets this person start fresh, once, within a day. Hand it over in person. They get new keys, all contacts see that, and what was sealed before stays closed.',
    makeCode: 'Make a code',
    codeUntil: (moment: string) => `Good until ${moment}. It is not shown again.`,
  },
  audit: {
    title: 'Audit',
    text: 'Everything that admins do is written down before it is done, with what came of it. Each entry is bound to those before it: one that is changed later is found out.',
    loading: 'The entries are on their way',
    show: 'Which acts are shown',
    all: 'All acts',
    /** What an admin did, or tried to do. */
    acts: {
      'operator.bootstrap': 'Became the first admin',
      'user.reset-code': 'Made a code to start fresh',
      'user.ban': 'Closed an account',
      'user.unban': 'Opened an account again',
      'topup.approve': 'Approved a top-up',
      'topup.reject': 'Rejected a top-up',
    },
    outcomes: {
      done: 'Done',
      refused: 'Not done',
      unknown: 'Not known',
      open: 'Under way',
    },
    outcomeWhy: {
      refused: 'It was refused, and nothing was changed.',
      unknown:
        'The part of the server that was to do it fell silent. It may have been done: look before you do it again.',
      open: 'The part of the server that is to do it has not answered yet.',
    },
    credits,
    by: 'by',
    about: 'about',
    onlyThis: (name: string) => `Only what ${name} did, or what was done to them`,
    only: (name: string) => `Only about ${name}`,
    everybody: 'Show everybody',
    noneTitle: 'Nothing like that was done',
    noneText: 'What admins do from now on stands here at once.',
    newer: 'Newer entries',
    older: 'Older entries',
    head: (entry: number) => `The log ends with entry ${inFigures(entry)}. Its fingerprint is`,
    headWhy: 'Write it down elsewhere: if the end of the log is ever cut off or made anew, it will not be the same.',
    broken: (entry: number) =>
      `Entry ${inFigures(entry)} does not follow from those before it: somebody has changed the log on the server’s disk. Do not trust what stands from there on.`,
  },
  topups: {
    title: 'Top-ups',
    show: 'Which requests are shown',
    states: { requested: 'Waiting', approved: 'Approved', rejected: 'Rejected', withdrawn: 'Withdrawn' },
    loading: 'The requests are on their way',
    total: (count: number, state: 'requested' | 'approved' | 'rejected' | 'withdrawn') =>
      `${requests(count)} ${{ requested: 'waiting', approved: 'approved', rejected: 'rejected', withdrawn: 'withdrawn' }[state]}`,
    noneTitle: {
      requested: 'Nobody waits for credits',
      approved: 'Nothing was approved yet',
      rejected: 'Nothing was rejected yet',
      withdrawn: 'Nothing was withdrawn',
    },
    noneText: 'Who asks for a top-up appears here, the oldest first.',
    credits,
    pickAll: 'Pick all',
    picked: (count: number, sum: number) => `${requests(count)}, ${credits(sum)}`,
    pick: (name: string, amount: number) => `${name}, ${credits(amount)}`,
    moves: { approve: 'Approve', reject: 'Reject' },
    moveOne: (move: 'approve' | 'reject', name: string, amount: number) =>
      `${move === 'approve' ? 'Approve' : 'Reject'} ${credits(amount)} for ${name}`,
    decidedBy: (name: string | null, reason: string) => (name === null ? reason : `${name}: ${reason}`),

    decisionTitle: (move: 'approve' | 'reject', count: number) =>
      `${move === 'approve' ? 'Approve' : 'Reject'} ${requests(count)}`,
    decisionText: (sum: number) =>
      `${credits(sum)} in all. A decision stands: it is written down with your name and cannot be taken back.`,
    reason: 'Reason',
    reasonHint: 'Who asked reads this.',
    reasonPaid: 'Payment received',
    reasonBad: 'Say in a few words why.',
    /** `late`: those that somebody else had decided, or their owner withdrawn. */
    done: (move: 'approve' | 'reject', decided: number, late: number) =>
      `${requests(decided)} ${move === 'approve' ? 'approved' : 'rejected'}.${late === 0 ? '' : ` ${requests(late)} had been decided or withdrawn before.`}`,
  },
};
