import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import * as z from 'zod';

const SOURCES = join(__dirname, '..', 'src');
/** Modules that define no JSON: bytes and their text forms have specs of their own. */
const WITHOUT_SCHEMAS = new Set(['encoding']);

/** Every file of `golden/`, by its path below that folder, as it should be for the contracts as they are now. */
export async function wireFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const put = (path: string, content: unknown): void => {
    files.set(`v${String(PROTOCOL_VERSION)}/${path}.json`, `${JSON.stringify(content, null, 2)}\n`);
  };
  for (const module of wireModules()) {
    const exported = Object.entries((await import(join(SOURCES, `${module}.ts`))) as Record<string, unknown>);
    const constants: Record<string, unknown> = {};
    for (const [name, value] of exported.sort(([left], [right]) => (left < right ? -1 : 1))) {
      if (value instanceof z.ZodType) put(`${module}/${name}`, jsonSchemaOf(value));
      else if (typeof value !== 'function') constants[name] = value;
    }
    if (Object.keys(constants).length > 0) put(`${module}/constants`, constants);
    const events = eventsOf(readFileSync(join(SOURCES, `${module}.ts`), 'utf8'));
    if (Object.keys(events).length > 0) put(`${module}/events`, events);
  }
  return files;
}

export function wireModules(): string[] {
  return readdirSync(SOURCES)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .filter((name) => !WITHOUT_SCHEMAS.has(name))
    .sort();
}

/** What a sender may put on the wire. Bytes have no JSON schema; `socketBytes` says their size in its metadata. */
function jsonSchemaOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline', cycles: 'throw' });
}

/** The events of every map (`interface XCommands`, `interface XEvents`) with the types of their arguments. */
function eventsOf(source: string): Record<string, Record<string, string>> {
  const maps: Record<string, Record<string, string>> = {};
  for (const [, name, body] of source.matchAll(/export interface (\w+(?:Commands|Events)) \{(.*?)\n\}/gs)) {
    const events = [...(body ?? '').matchAll(/'([a-z]+:[a-z-]+)':\s*(.*?=> void);/gs)];
    maps[name ?? ''] = Object.fromEntries(
      events.map(([, event, signature]) => [event ?? '', (signature ?? '').replaceAll(/\s+/g, ' ')]),
    );
  }
  return maps;
}
