import { inFigures, plural } from '../platform/words/plural';

const credits = (amount: number) => plural(amount, 'credit', 'credits');

/** The page that says how the server is, in words. */
export const overviewWords = {
  title: 'Overview',
  text: 'What this server does, in totals. Nothing here says who, with whom or what.',
  loading: 'The totals are on their way',
  asOf: (moment: string) => `As of ${moment}`,
  stale: (moment: string) => `This is how it was at ${moment}. It is asked for again every few seconds.`,
  unknown: 'not known',
  accounts: 'Accounts',
  accountsText: (banned: number, deleted: number) => `${inFigures(banned)} closed, ${inFigures(deleted)} deleted`,
  accountsAway: 'The service auth does not answer: nobody can log in right now.',
  connected: 'Connected',
  connectedText: 'browsers and tabs, right now',
  credits: 'Credits that people have',
  creditsText: (issued: number, spent: number) => `${inFigures(issued)} given out, ${inFigures(spent)} spent`,
  creditsAway: 'The service credits does not answer: what is sent waits until it does.',
  topups: 'Requests for credits',
  topupsText: (amount: number, moment: string) => `${credits(amount)} in all, the oldest of ${moment}`,
  nothingWaits: 'nobody waits',
  range: 'Which time is shown',
  ranges: { day: '24 hours', week: '7 days' },
  messages: 'Messages',
  messagesText: (count: number, toGroups: number) =>
    `${plural(count, 'message', 'messages')}, ${inFigures(toGroups)} of them to groups`,
  calls: 'Calls',
  callsText: (count: number) => plural(count, 'call', 'calls'),
  spent: 'Credits spent',
  spentText: (amount: number) => credits(amount),
  issued: 'Credits given out',
  issuedText: (amount: number) =>
    `${credits(amount)}: to new accounts, for payments, and by admins, less what they took`,
  joined: 'New accounts',
  joinedText: (count: number) => `${plural(count, 'account', 'accounts')} in 31 days, days by UTC`,
  most: (count: number, when: string) => `the most, ${when}: ${inFigures(count)}`,
  asTable: 'As a table',
  when: 'When',
  count: 'How many',
  processes: 'Processes',
  processesText: 'Each says every few seconds how it is. One that was killed is listed for some seconds more.',
  redisAway:
    'Redis does not answer, so which processes run cannot be said. Messages are stored all the same, and arrive when it is back.',
  columns: { name: 'Process', state: 'State', connected: 'Connected', store: 'Store', since: 'Running since' },
  well: 'well',
  unavailable: 'not ready, or ending',
  nobody: 'none of them runs',
  checks: {
    redis: 'Redis is away',
    store: 'its store cannot be written',
    ledger: 'the ledger does not add up',
    audit: 'the audit log was changed on the disk',
  } as Readonly<Record<string, string>>,
  /** Of a check without words. */
  check: (name: string) => `something is wrong with “${name}”`,
  megabytes: (count: number) => `${inFigures(count)} MB`,
};
