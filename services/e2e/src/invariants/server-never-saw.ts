import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '@secureconnect/launch/stack/running-stack';
import { Redis } from 'ioredis';
import { formsOf } from './text-forms.js';

/** Something that must not be on the server's side. */
export interface Secret {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function secretText(name: string, text: string): Secret {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** A place in which a secret was found. */
export interface Sighting {
  readonly secret: string;
  readonly place: string;
}

/**
 * Looks for secrets in everything that the stack keeps: SQLite files with their WAL, every key and value of Redis, every log, every
 * other file of its data folder but the folder of its own secrets; raw, hex, base64 and base64url.
 * @param alsoSaid - what went over a wire, by name (Redis' MONITOR, a recorded proxy)
 */
export async function sightings(
  stack: Stack,
  secrets: readonly Secret[],
  alsoSaid: ReadonlyMap<string, Buffer> = new Map(),
): Promise<Sighting[]> {
  const places = new Map<string, Buffer>(alsoSaid);
  for (const file of filesBelow(stack.dataDir, stack.secretsDir)) places.set(file, readFileSync(file));
  places.set('redis', await everythingIn(stack.redisUrl));
  const found: Sighting[] = [];
  for (const { name, bytes } of secrets) {
    const forms = formsOf(bytes);
    for (const [place, content] of places) {
      if (forms.some((form) => content.includes(form))) found.push({ secret: name, place });
    }
  }
  return found;
}

/** The server's side holds none of these. @throws Error that names what was found where */
export async function serverNeverSaw(
  stack: Stack,
  secrets: readonly Secret[],
  alsoSaid?: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const found = await sightings(stack, secrets, alsoSaid);
  if (found.length > 0) throw new Error(`the server saw: ${JSON.stringify(found)}`);
}

function filesBelow(folder: string, except: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (path === except) return [];
    // A WAL may go while we look.
    const about = statSync(path, { throwIfNoEntry: false });
    if (about === undefined) return [];
    if (about.isDirectory()) return filesBelow(path, except);
    return about.isFile() ? [path] : [];
  });
}

/** Every key of Redis and what DUMP gives for it. */
async function everythingIn(url: string): Promise<Buffer> {
  const redis = new Redis(url, { disconnectTimeout: 100 });
  const parts: Buffer[] = [];
  try {
    // DUMP compresses longer strings; a compressed marker would not be found.
    await redis.config('SET', 'rdbcompression', 'no');
    let cursor = '0';
    do {
      const [next, keys] = await redis.scanBuffer(cursor, 'COUNT', 500);
      cursor = next.toString();
      for (const key of keys) {
        parts.push(key);
        // Nothing, where the key has expired meanwhile.
        const value = (await redis.dumpBuffer(key)) as Buffer | null;
        if (value !== null) parts.push(value);
      }
    } while (cursor !== '0');
    return Buffer.concat(parts);
  } finally {
    redis.disconnect();
  }
}

/** Records every command that reaches Redis until `stop`, which gives all of it as one text. */
export async function listenToRedis(url: string): Promise<{ stop(): Buffer }> {
  const redis = new Redis(url, { disconnectTimeout: 100 });
  const monitor = await redis.monitor();
  const heard: string[] = [];
  monitor.on('monitor', (_time: string, words: string[]) => heard.push(words.join(' ')));
  return {
    stop() {
      monitor.disconnect();
      redis.disconnect();
      return Buffer.from(heard.join('\n'), 'latin1');
    },
  };
}
