import { measureStrength, STRENGTH_FLOOR } from '../src/app/account/password-strength';

describe('the floor under passwords', () => {
  it.each([
    'paper lantern under quiet hills',
    'seven herons cross the estuary',
    'tG7#pq!vR2m$Lx',
    'vowel-copper-anvil-moth',
  ])('holds %s', async (password) => {
    expect(await measureStrength(password, ['alice'])).toBeGreaterThanOrEqual(STRENGTH_FLOOR);
  });

  it.each([
    'password1',
    'Passw0rd!123',
    'qwertyuiop[]',
    'iloveyou2024',
    '1234567890123456',
    'secureconnect2026',
    'abcdefghijklmnop',
    'correct horse',
  ])('refuses %s', async (password) => {
    expect(await measureStrength(password, ['alice'])).toBeLessThan(STRENGTH_FLOOR);
  });

  it('counts what a guesser knows about the person', async () => {
    const password = 'zqvantongerenxw1';
    expect(await measureStrength(password, ['zqvantongerenxw'])).toBeLessThan(await measureStrength(password, []));
  });

  it('does not hang over a very long password', async () => {
    const begun = performance.now();
    await measureStrength('a1'.repeat(5_000), []);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});
