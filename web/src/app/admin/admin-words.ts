import { inFigures, plural } from '../platform/words/plural';

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
};
