import { randomBytes } from 'node:crypto';
import type { Person } from '../people/person.js';

/** Whatever happened before: each of these people can write to each other one and be read. */
export async function everyoneCanTalk(...people: Person[]): Promise<void> {
  for (const sender of people) {
    for (const reader of people) {
      if (sender === reader) continue;
      const text = `can you read me? ${randomBytes(6).toString('hex')}`;
      await sender.say(reader.username, text);
      await reader.reads(sender.username, text);
    }
  }
}
