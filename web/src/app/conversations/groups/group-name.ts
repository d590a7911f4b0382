import type { Catalogue } from '../../platform/words/english';

/** Characters of a group's name, as the messenger counts them. */
const NAME_MAX = 100;

/** Why this is no name for a group; empty where it is one. */
export function groupNameRefusal(name: string, words: Catalogue['groups']): string {
  if (name === '' || /\p{Cc}/u.test(name)) return words.nameMissing;
  return name.length > NAME_MAX ? words.nameLong : '';
}
