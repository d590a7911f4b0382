import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { jsonCount, JsonFields, jsonList, jsonText, refuseJson } from '../encoding/json-fields.js';
import { type JsonValue, parseStrictJson } from '../encoding/strict-json.js';
import { fromUtf8, toUtf8 } from '../encoding/text.js';

/*
 * What all devices of an account agree on (vault items 7). Two devices may write at once: every entry carries its own version, and
 * `mergeSettings` gives the same whatever comes first, however often (a join semilattice).
 */

/** An entry and who wrote it when: the higher version wins, then the higher device id. */
export interface Versioned<T> {
  readonly value: T;
  /** From 1, one more with every change of this entry. */
  readonly version: number;
  /** The writing device, 32 hex characters. */
  readonly deviceId: string;
}

export type ContactState = 'accepted' | 'blocked' | 'none';
export type PreferenceName = 'readReceipts' | 'typing' | 'presence';

export interface Settings {
  /** By user id, 32 hex characters. */
  readonly contacts: ReadonlyMap<string, Versioned<ContactState>>;
  /** By conversation id, 32 hex characters: the highest position that was read on any device; never goes down. */
  readonly readUpTo: ReadonlyMap<string, number>;
  /** By name; those of a later version are kept. */
  readonly preferences: ReadonlyMap<string, Versioned<boolean>>;
}

export const NO_SETTINGS: Settings = { contacts: new Map(), readUpTo: new Map(), preferences: new Map() };

export const contactState = (settings: Settings, userId: string): ContactState =>
  settings.contacts.get(userId)?.value ?? 'none';

/** On unless somebody switched it off. */
export const preference = (settings: Settings, name: PreferenceName): boolean =>
  settings.preferences.get(name)?.value ?? true;

function changed<T>(map: ReadonlyMap<string, Versioned<T>>, key: string, value: T, deviceId: string) {
  const before = map.get(key);
  return new Map(map).set(key, { value, version: (before?.version ?? 0) + 1, deviceId });
}

/** `deviceId` is this device, 32 hex characters. */
export function withContact(settings: Settings, userId: string, value: ContactState, deviceId: string): Settings {
  return { ...settings, contacts: changed(settings.contacts, userId, value, deviceId) };
}

export function withPreference(settings: Settings, name: PreferenceName, on: boolean, deviceId: string): Settings {
  return { ...settings, preferences: changed(settings.preferences, name, on, deviceId) };
}

/** `position` is the conversation's own numbering; a lower one than before changes nothing. */
export function withReadUpTo(settings: Settings, conversationId: string, position: number): Settings {
  const highest = Math.max(position, settings.readUpTo.get(conversationId) ?? 0);
  return { ...settings, readUpTo: new Map(settings.readUpTo).set(conversationId, highest) };
}

/** Whether `left` wins; the last step only for a device that broke its own numbering. */
function wins<T extends string | boolean>(left: Versioned<T>, right: Versioned<T>): boolean {
  if (left.version !== right.version) return left.version > right.version;
  if (left.deviceId !== right.deviceId) return left.deviceId > right.deviceId;
  return String(left.value) > String(right.value);
}

function joined<T>(left: ReadonlyMap<string, T>, right: ReadonlyMap<string, T>, join: (a: T, b: T) => T) {
  const result = new Map(left);
  for (const [key, value] of right) {
    const held = result.get(key);
    result.set(key, held === undefined ? value : join(held, value));
  }
  return result;
}

const newer = <T extends string | boolean>(left: Versioned<T>, right: Versioned<T>) =>
  wins(left, right) ? left : right;

/** What both come to: commutative, associative, idempotent. */
export function mergeSettings(left: Settings, right: Settings): Settings {
  return {
    contacts: joined(left.contacts, right.contacts, newer),
    readUpTo: joined(left.readUpTo, right.readUpTo, Math.max),
    preferences: joined(left.preferences, right.preferences, newer),
  };
}

/** One item of type 7: a share of the settings under a name of its own, so that an item stays small and a write touches little. */
export interface SettingsShard {
  readonly name: string;
  readonly content: Bytes;
}

const CONTACT_STATES: readonly ContactState[] = ['accepted', 'blocked', 'none'];
/** Entries that fit an item; the seal refuses what does not. */
const ENTRIES_MAX = 4_096;
const HEX_DIGITS = '0123456789abcdef';
const ID = /^[0-9a-f]{32}$/;
const SHARD_NAME = /^(?:contacts\/[0-9a-f]|read\/[0-9a-f]|preferences)$/;
const PREFERENCE_NAME = /^[a-zA-Z]{1,32}$/;

function shard(name: string, entries: readonly (readonly (string | number | boolean)[])[]): SettingsShard[] {
  if (entries.length === 0) return [];
  const sorted = entries.toSorted(([left], [right]) => (String(left) < String(right) ? -1 : 1));
  const content = toUtf8(JSON.stringify({ v: 1, of: name, entries: sorted }));
  readSettingsShard(content);
  return [{ name, content }];
}

const versioned = <T extends string | boolean>([key, entry]: readonly [string, Versioned<T>]) =>
  [key, entry.value, entry.version, entry.deviceId] as const;

/** The settings as items of type 7: contacts and read positions by the first digit of their ids, preferences. Equal settings, equal bytes. */
export function writeSettings({ contacts, readUpTo, preferences }: Settings): readonly SettingsShard[] {
  const of = <T>(map: ReadonlyMap<string, T>, digit: string) => [...map].filter(([id]) => id.startsWith(digit));
  return [
    ...Array.from(HEX_DIGITS, (digit) => shard(`contacts/${digit}`, of(contacts, digit).map(versioned))).flat(),
    ...Array.from(HEX_DIGITS, (digit) => shard(`read/${digit}`, of(readUpTo, digit))).flat(),
    ...shard('preferences', [...preferences].map(versioned)),
  ];
}

function readVersioned<T>(entry: readonly JsonValue[], value: T): Versioned<T> {
  if (entry.length !== 4) refuseJson();
  const deviceId = jsonText(entry[3], 32, 32);
  return ID.test(deviceId) ? { value, version: jsonCount(entry[2], 1), deviceId } : refuseJson();
}

function readEntries<T>(
  entries: readonly JsonValue[],
  key: RegExp,
  read: (entry: readonly JsonValue[]) => T,
): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const value of entries) {
    const entry = jsonList(value, 4);
    const name = jsonText(entry[0], 1, 32);
    if (!key.test(name) || map.has(name)) refuseJson();
    map.set(name, read(entry));
  }
  return map;
}

function readContact(entry: readonly JsonValue[]): Versioned<ContactState> {
  const state = CONTACT_STATES.find((known) => known === entry[1]);
  return readVersioned(entry, state ?? refuseJson());
}

function readPosition(entry: readonly JsonValue[]): number {
  return entry.length === 2 ? jsonCount(entry[1], 0) : refuseJson();
}

function readPreference(entry: readonly JsonValue[]): Versioned<boolean> {
  const [, on] = entry;
  return readVersioned(entry, typeof on === 'boolean' ? on : refuseJson());
}

/** One item's share. @throws StrictJsonError for anything that `writeSettings` does not make */
export function readSettingsShard(content: Uint8Array): { readonly name: string; readonly settings: Settings } {
  const fields = new JsonFields(parseStrictJson(fromUtf8(content)));
  fields.version(1);
  const name = fields.text('of', 1, 16);
  const entries = jsonList(fields.take('entries'), ENTRIES_MAX);
  fields.end();
  if (!SHARD_NAME.test(name)) refuseJson();
  if (name === 'preferences') {
    return { name, settings: { ...NO_SETTINGS, preferences: readEntries(entries, PREFERENCE_NAME, readPreference) } };
  }
  const settings = name.startsWith('read/')
    ? { ...NO_SETTINGS, readUpTo: readEntries(entries, ID, readPosition) }
    : { ...NO_SETTINGS, contacts: readEntries(entries, ID, readContact) };
  return { name, settings };
}
