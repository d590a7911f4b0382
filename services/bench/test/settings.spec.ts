import { BadFlag, readSettings } from '../src/settings.js';

describe('the flags', () => {
  it('run both sides with 50 pairs unless they say otherwise', () => {
    expect(readSettings([])).toMatchObject({
      sides: ['ours', 'floor'],
      pairs: 50,
      json: false,
      profile: false,
      smoke: false,
    });
    expect(
      readSettings(['--rates', '10,20', '--seconds', '2', '--pairs', '3', '--only', 'floor', '--json']),
    ).toMatchObject({
      rates: [10, 20],
      seconds: 2,
      pairs: 3,
      sides: ['floor'],
      json: true,
    });
  });

  it('profile one trial of the product', () => {
    expect(readSettings(['--profile'])).toMatchObject({ rates: [1500], sides: ['ours'] });
    expect(readSettings(['--profile', '--rates', '800,900'])).toMatchObject({ rates: [800] });
  });

  it('run every part, or those that are named', () => {
    expect(readSettings([]).parts).toEqual(['direct', 'calls', 'groups', 'reconnect', 'sync', 'logins', 'tables']);
    expect(readSettings(['sync', 'groups', '--json'])).toMatchObject({ parts: ['groups', 'sync'], json: true });
    expect(readSettings(['--profile']).parts).toEqual(['direct']);
    expect(readSettings(['--only', 'floor']).parts).toEqual(['direct']);
    expect(readSettings(['--smoke']).parts).toEqual(['direct']);
    expect(readSettings(['--smoke', 'groups']).parts).toEqual(['groups']);
  });

  it('smoke is one short trial', () => {
    expect(readSettings(['--smoke'])).toMatchObject({ rates: [100], seconds: 2, smoke: true });
  });

  it.each([
    ['--rates', 'fast'],
    ['--rates', '500,'],
    ['--rates', '500,500'],
    ['--rates', '1000,500'],
    ['--rates', '-1'],
    ['--seconds', '0'],
    ['--seconds', '1.5'],
    ['--seconds', '3600'],
    ['--pairs', '0'],
    ['--only', 'theirs'],
    ['--speed', '1'],
    ['extra', ''],
  ])('refuse %s %s', (flag, text) => {
    expect(() => readSettings([flag, text])).toThrow(BadFlag);
  });
});
