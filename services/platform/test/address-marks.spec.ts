import { Secret } from '../src/config/secret.js';
import { AddressMarks, prefixOf } from '../src/throttle/address-marks.js';

describe('the mark of an address', () => {
  let nowMs = Date.UTC(2026, 0, 1, 12);
  const marks = new AddressMarks(new Secret('alice'), () => nowMs);

  it.each([
    ['192.0.2.7', '192.0.2.7', '192.0.2'],
    ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2'],
    ['0:0:0:0:0:FFFF:192.0.2.7', '192.0.2.7', '192.0.2'],
    ['2001:db8:1:2ff:3:4:5:6', '2001:db8:1:2ff', '2001:db8:1:200'],
    ['2001:DB8:1:2FF::6', '2001:db8:1:2ff', '2001:db8:1:200'],
    ['2001:db8::6%eth0', '2001:db8:0:0', '2001:db8:0:0'],
    ['::1', '0:0:0:0', '0:0:0:0'],
    ['::', '0:0:0:0', '0:0:0:0'],
    ['', 'none', 'none'],
    ['mallory', 'none', 'none'],
  ])('of %s counts for %s and its network for %s', (address, host, network) => {
    expect(prefixOf(address, 'host')).toBe(host);
    expect(prefixOf(address, 'network')).toBe(network);
  });

  it('is the same all day, another the next day, and yesterday’s can be asked for', () => {
    const today = marks.of('192.0.2.7', 'host');
    expect(marks.of('192.0.2.7', 'host')).toBe(today);
    nowMs += 24 * 3_600_000;
    expect(marks.of('192.0.2.7', 'host')).not.toBe(today);
    expect(marks.of('192.0.2.7', 'host', 1)).toBe(today);
  });

  it('says nothing to those who do not have the key, and is not a name’s', () => {
    const other = new AddressMarks(new Secret('mallory'), () => nowMs);
    expect(other.of('192.0.2.7', 'host')).not.toBe(marks.of('192.0.2.7', 'host'));
    expect(marks.of('192.0.2.7', 'host')).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(marks.of('192.0.2', 'network')).not.toBe(marks.of('192.0.2', 'host'));
    expect(marks.ofName('alice')).not.toBe(other.ofName('alice'));
  });
});
