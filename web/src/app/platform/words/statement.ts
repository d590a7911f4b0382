import { inFigures, plural } from './plural';

const lineOf = (line: number): string => `Line ${inFigures(line)}`;

/** The account, line by line, and whether it holds. */
export const statement = {
  title: 'Statement',
  loading: 'Your statement is on its way, and is checked',
  retry: 'Try again',
  checked: 'Checked on this device',
  checkedText: (lines: number) =>
    `${plural(lines, 'line', 'lines')}: each follows from the one before, the server has signed where they end, and they add up to your balance.`,
  refused: 'This statement does not hold',
  refusedText: 'Export what you see, and show it to the people who run this server.',
  faults: {
    edited: (line: number) => `${lineOf(line)} was changed, or does not follow from the line before it.`,
    gap: (line: number) => `${lineOf(line)} is missing, or something else stands in its place.`,
    sum: (line: number) => `${lineOf(line)} does not add up: its amount does not lead to the balance beside it.`,
    twice: (line: number) => `${lineOf(line)} is about something that another line is about already.`,
    unsigned: () => 'The server’s signature does not fit what it shows.',
    end: (line: number) => `The server has signed another line ${inFigures(line)} than it shows.`,
    rewound: (line: number) =>
      `You have checked ${plural(line, 'line', 'lines')} before, on this device or another. The server shows fewer now.`,
    rewritten: (line: number) =>
      `You have checked line ${inFigures(line)} before, on this device or another. It, or a line before it, is another now.`,
    balance: () => 'The lines do not add up to what the server lets you spend.',
    'key-changed': () => 'The server signs with another key than your devices have seen before.',
  },
  wrongLine: 'does not hold',
  unlisted: 'not a price of the list',

  kind: 'Show',
  kinds: {
    all: 'Everything',
    message: 'Messages',
    call: 'Calls',
    'top-up': 'Top-ups',
    other: 'Everything else',
  },
  range: 'Time',
  ranges: { all: 'All time', week: 'The last 7 days', month: 'The last 30 days', quarter: 'The last 90 days' },
  names: {
    message: 'Message',
    'group-message': 'Group message',
    call: 'Call',
    'top-up': 'Top-up',
    opening: 'Credits to begin with',
    adjustment: 'Correction',
    refund: 'Refund',
    other: 'Something else',
  },
  none: 'No line fits.',
  amount: (amount: number) => `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${inFigures(Math.abs(amount))}`,
  balance: (balance: number) => `${balance < 0 ? '−' : ''}${inFigures(Math.abs(balance))} left`,
  lines: 'Lines of your account',
  shown: (from: number, to: number, total: number) => `${inFigures(from)}–${inFigures(to)} of ${inFigures(total)}`,
  newer: 'Newer lines',
  older: 'Older lines',
  export: 'Export all lines (CSV)',

  spending: 'Spending over time',
  spent: (credits: number) => `${plural(credits, 'credit', 'credits')} spent`,
  most: (credits: number, when: string) => `the most ${when}: ${inFigures(credits)}`,
  steps: {
    day: (day: string) => `on ${day}`,
    week: (day: string) => `in the week from ${day}`,
    month: (day: string) => `in the month from ${day}`,
  },
  asTable: 'As a table',
  when: 'When',
  credits: 'Credits',
};
