import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { StrictJsonError } from '@secureconnect/crypto/encoding/strict-json';
import {
  type ContactState,
  contactState,
  mergeSettings,
  NO_SETTINGS,
  preference,
  readSettingsShard,
  type Settings,
  withContact,
  withPreference,
  withReadUpTo,
  writeSettings,
} from '@secureconnect/crypto/vault/settings';
import fc from 'fast-check';

const bob = 'b0'.repeat(16);
const carol = 'ca'.repeat(16);
const [phone, laptop] = ['0d'.repeat(16), '1d'.repeat(16)];
const read = (shards: readonly { readonly content: Uint8Array }[]): Settings =>
  shards.map(({ content }) => readSettingsShard(content).settings).reduce(mergeSettings, NO_SETTINGS);

/** What a device does to its settings, one thing after the other. */
const id = fc.constantFrom(bob, carol, '0'.repeat(32));
const act = fc.oneof(
  fc.record({ contact: id, state: fc.constantFrom<ContactState>('accepted', 'blocked', 'none') }),
  fc.record({ conversation: id, position: fc.nat(50) }),
  fc.record({
    preference: fc.constantFrom('readReceipts' as const, 'typing' as const, 'presence' as const),
    on: fc.boolean(),
  }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function after(settings: Settings, done: Act, device: string): Settings {
  if ('contact' in done) return withContact(settings, done.contact, done.state, device);
  if ('preference' in done) return withPreference(settings, done.preference, done.on, device);
  return withReadUpTo(settings, done.conversation, done.position);
}
const anySettings = fc
  .array(fc.tuple(act, fc.constantFrom(phone, laptop)), { maxLength: 12 })
  .map((acts) => acts.reduce((settings, [done, device]) => after(settings, done, device), NO_SETTINGS));
const bytesOf = (settings: Settings) => writeSettings(settings).map(({ name, content }) => [name, [...content]]);

describe('settings that two devices write at once', () => {
  it('come to the same, whatever comes first and however often', () => {
    fc.assert(
      fc.property(anySettings, anySettings, anySettings, (a, b, c) => {
        expect(bytesOf(mergeSettings(a, b))).toEqual(bytesOf(mergeSettings(b, a)));
        expect(bytesOf(mergeSettings(a, mergeSettings(b, c)))).toEqual(bytesOf(mergeSettings(mergeSettings(a, b), c)));
        expect(bytesOf(mergeSettings(a, a))).toEqual(bytesOf(a));
      }),
    );
  });

  it('come back from what is written', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        expect(bytesOf(read(writeSettings(settings)))).toEqual(bytesOf(settings));
      }),
    );
  });

  it('keep the later word on each entry, and the higher device where both spoke at once', () => {
    const before = withContact(NO_SETTINGS, bob, 'accepted', phone);
    const blocked = withContact(before, bob, 'blocked', phone);
    expect(contactState(mergeSettings(before, blocked), bob)).toBe('blocked');
    const here = withContact(before, bob, 'none', laptop);
    expect(contactState(mergeSettings(blocked, here), bob)).toBe('none');
    expect(contactState(mergeSettings(here, withContact(blocked, carol, 'accepted', phone)), carol)).toBe('accepted');
  });

  it('never move a read position back', () => {
    const far = withReadUpTo(NO_SETTINGS, carol, 9);
    expect(withReadUpTo(far, carol, 3).readUpTo.get(carol)).toBe(9);
    expect(mergeSettings(withReadUpTo(NO_SETTINGS, carol, 3), far).readUpTo.get(carol)).toBe(9);
  });

  it('are on until somebody switches them off', () => {
    expect(preference(NO_SETTINGS, 'typing')).toBe(true);
    expect(preference(withPreference(NO_SETTINGS, 'typing', false, phone), 'typing')).toBe(false);
    expect(contactState(NO_SETTINGS, bob)).toBe('none');
  });

  it('lie in shares of their own, so that a write touches little', () => {
    const all = withReadUpTo(
      withContact(withContact(NO_SETTINGS, bob, 'accepted', phone), carol, 'blocked', phone),
      bob,
      1,
    );
    expect(writeSettings(withPreference(all, 'presence', false, phone)).map(({ name }) => name)).toEqual([
      'contacts/b',
      'contacts/c',
      'read/b',
      'preferences',
    ]);
  });
});

describe('a share of the settings is refused', () => {
  const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
  const contact = (rest: string) => `{"v":1,"of":"contacts/b","entries":[["${bob}",${rest}]]}`;
  const refused: readonly [string, string][] = [
    ['another version', '{"v":2,"of":"preferences","entries":[]}'],
    ['no version', '{"of":"preferences","entries":[]}'],
    ['another name', '{"v":1,"of":"contacts/g","entries":[]}'],
    ['a member more', '{"v":1,"of":"preferences","entries":[],"x":1}'],
    ['[T-59] a key of the language', '{"v":1,"of":"preferences","entries":[],"__proto__":1}'],
    ['no list', '{"v":1,"of":"preferences","entries":{}}'],
    ['another state', contact(`"friend",1,"${phone}"`)],
    ['version 0', contact(`"accepted",0,"${phone}"`)],
    ['no device', contact(`"accepted",1,"phone"`)],
    ['an id that is none', `{"v":1,"of":"contacts/b","entries":[["constructor","accepted",1,"${phone}"]]}`],
    ['an entry too long', contact(`"accepted",1,"${phone}",1`)],
    ['an entry twice', `{"v":1,"of":"read/b","entries":[["${bob}",1],["${bob}",2]]}`],
    ['a negative position', `{"v":1,"of":"read/b","entries":[["${bob}",-1]]}`],
    ['a preference that is no flag', `{"v":1,"of":"preferences","entries":[["typing","on",1,"${phone}"]]}`],
  ];
  for (const [what, text] of refused) {
    it(`for ${what}`, () => {
      expect(() => readSettingsShard(utf8(text))).toThrow(StrictJsonError);
    });
  }
});
