import { LOG_IN_STEPS, shownSteps, SIGN_UP_STEPS } from '../src/app/account/step-order';
import { pageAbility } from '../src/app/platform/ability';

describe('the steps of making keys', () => {
  const standings = (steps: ReturnType<typeof shownSteps>) => steps.map(({ step, standing }) => `${step} ${standing}`);

  it('are all to come at first', () => {
    expect(shownSteps(SIGN_UP_STEPS, []).every(({ standing }) => standing === 'to-come')).toBe(true);
  });

  it('show what is done, what is under way, and what is to come', () => {
    expect(standings(shownSteps(SIGN_UP_STEPS, ['deriving-keys', 'making-keys']))).toEqual([
      'deriving-keys done',
      'making-keys under-way',
      'sealing-vault to-come',
      'asking-server to-come',
      'adding-device to-come',
    ]);
  });

  it('show a step that nobody expected, and forget one that was passed over', () => {
    const shown = standings(shownSteps(LOG_IN_STEPS, ['deriving-keys', 'opening-vault', 'sealing-vault']));
    expect(shown).toContain('sealing-vault under-way');
    expect(standings(shownSteps(LOG_IN_STEPS, ['deriving-keys', 'opening-vault']))).not.toContain(
      'asking-server to-come',
    );
  });
});

describe('a page', () => {
  const whole = { isSecureContext: true, crypto: { subtle: {} }, Worker: () => undefined, indexedDB: {} };

  it('can hold keys where the browser has all they need', () => {
    expect(pageAbility(whole)).toBe('able');
  });

  it('cannot where it came without https, before anything else is asked', () => {
    expect(pageAbility({ ...whole, isSecureContext: false })).toBe('insecure');
    expect(pageAbility({ isSecureContext: false })).toBe('insecure');
  });

  it.each(['crypto', 'Worker', 'indexedDB'])('cannot without %s', (part) => {
    expect(pageAbility({ ...whole, [part]: undefined })).toBe('too-old');
  });
});
