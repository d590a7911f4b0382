import { plural } from './plural';

const credits = (amount: number) => plural(amount, 'credit', 'credits');

/** What operators did about an account, for its owner. */
export const audit = {
  title: 'What operators did about you',
  why: 'Whoever runs this server cannot read what you write. What they do about your account is written down in a log that only grows.',
  none: 'Nothing so far.',
  loading: 'This is on its way',
  more: 'Show more',
  somebody: 'Somebody who runs this server',
  did: {
    'operator.bootstrap': (who: string) => `${who} became the first admin.`,
    'operator.appoint': (who: string) => `${who} made you an admin.`,
    'operator.dismiss': (who: string) => `${who} took the admin role from you.`,
    'user.reset-code': (who: string) => `${who} made a code with which your account can start fresh.`,
    'user.ban': (who: string) => `${who} closed your account.`,
    'user.unban': (who: string) => `${who} opened your account again.`,
    'user.adjust': (who: string, amount: number) =>
      `${who} ${amount < 0 ? 'took' : 'gave you'} ${credits(Math.abs(amount))}.`,
    'user.delete': (who: string) => `${who} deleted your account.`,
    'topup.approve': (who: string, amount: number) => `${who} approved your request for ${credits(amount)}.`,
    'topup.reject': (who: string, amount: number) => `${who} rejected your request for ${credits(amount)}.`,
    'registration.open': (who: string) => `${who} let people make new accounts.`,
    'registration.close': (who: string) => `${who} stopped new accounts.`,
  },
  tried: {
    'operator.bootstrap': (who: string) => `${who} wanted to become the first admin.`,
    'operator.appoint': (who: string) => `${who} wanted to make you an admin.`,
    'operator.dismiss': (who: string) => `${who} wanted to take the admin role from you.`,
    'user.reset-code': (who: string) => `${who} wanted to make a code with which your account can start fresh.`,
    'user.ban': (who: string) => `${who} wanted to close your account.`,
    'user.unban': (who: string) => `${who} wanted to open your account again.`,
    'user.adjust': (who: string, amount: number) =>
      `${who} wanted to ${amount < 0 ? 'take' : 'give you'} ${credits(Math.abs(amount))}.`,
    'user.delete': (who: string) => `${who} wanted to delete your account.`,
    'topup.approve': (who: string, amount: number) => `${who} wanted to approve your request for ${credits(amount)}.`,
    'topup.reject': (who: string, amount: number) => `${who} wanted to reject your request for ${credits(amount)}.`,
    'registration.open': (who: string) => `${who} wanted to let people make new accounts.`,
    'registration.close': (who: string) => `${who} wanted to stop new accounts.`,
  },
  outcomes: {
    refused: 'It was refused, and nothing was changed.',
    unknown: 'The server does not know whether it was done.',
  },
};
