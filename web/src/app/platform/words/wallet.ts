import { inFigures, plural } from './plural';
import { statement } from './statement';

/** Credits: what is left, what things cost, and how to get more. */
export const wallet = {
  title: 'Credits',
  left: 'left to spend',
  unknown: 'Your balance is on its way.',
  prices: {
    title: 'Prices',
    loading: 'The prices are on their way',
    kinds: {
      message: 'A message',
      'group-message': 'A message to a group, of any size',
      call: 'A call that is answered',
    },
    amount: (credits: number) => (credits === 0 ? 'free' : plural(credits, 'credit', 'credits')),
    since: (day: string) => `since ${day}`,
    next: (amount: string, moment: string) => `${amount} from ${moment}`,
    earlier: 'Earlier prices',
    was: (from: string, to: string) => `${from} to ${to}`,
    promise: 'What is not delivered to the server costs nothing, and nothing is ever charged twice.',
    retry: 'Try again',
  },
  emptyTitle: 'You have no credits left',

  askTitle: 'Ask for a top-up',
  ask: 'The people who run this server add credits. Say what you would like, and how they find your payment; they decide.',
  amount: 'Credits',
  amountHint: 'Up to 100,000 at once.',
  amountBad: 'Enter a whole number from 1 to 100,000.',
  reference: 'Payment reference',
  referenceHint: 'What stands on your transfer or receipt.',
  referenceBad: 'Enter what the people who run this server can find your payment by.',
  note: 'Note',
  optional: 'optional',
  submit: 'Ask for credits',
  asking: 'Asking the server',
  asked: (amount: number) =>
    `You have asked for ${plural(amount, 'credit', 'credits')}. You will see here what is decided.`,
  tooMany: 'Five of your requests wait already. Withdraw one, or wait until one is decided.',
  conflict: 'This could not be asked for. Try again.',

  statement,

  requestsTitle: 'Your requests',
  none: 'You have not asked for credits yet.',
  loading: 'Your requests are on their way',
  credits: (amount: number) => `${inFigures(amount)} ${amount === 1 ? 'credit' : 'credits'}`,
  states: { requested: 'waiting', approved: 'approved', rejected: 'rejected', withdrawn: 'withdrawn' },
  withdraw: 'Withdraw',
  withdrawThis: (amount: number, reference: string) => `Withdraw the request for ${inFigures(amount)} (${reference})`,
  retry: 'Try again',
  decided: (state: 'approved' | 'rejected', amount: number) =>
    `Your request for ${plural(amount, 'credit', 'credits')} was ${state}.`,
};
