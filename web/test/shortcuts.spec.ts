import { shortcutOf } from '../src/app/platform/shortcuts';

const press = (key: string, held: Partial<Parameters<typeof shortcutOf>[0]> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...held,
});

describe('a key', () => {
  it('alone stands for something only while nobody types', () => {
    expect(shortcutOf(press('/'), true)).toBe('search');
    expect(shortcutOf(press('?'), true)).toBe('map');
    expect(shortcutOf(press('/'), false)).toBeNull();
    expect(shortcutOf(press('?'), false)).toBeNull();
  });

  it('with Ctrl or Command jumps, even while one types', () => {
    expect(shortcutOf(press('k', { ctrlKey: true }), false)).toBe('jump');
    expect(shortcutOf(press('K', { metaKey: true }), false)).toBe('jump');
    expect(shortcutOf(press('k'), true)).toBeNull();
  });

  it('with Alt walks the chats', () => {
    expect(shortcutOf(press('ArrowUp', { altKey: true }), false)).toBe('previous');
    expect(shortcutOf(press('ArrowDown', { altKey: true }), false)).toBe('next');
    expect(shortcutOf(press('ArrowDown'), true)).toBeNull();
  });

  it('stands for nothing while a character is being composed, or with a command that is the browser’s', () => {
    expect(shortcutOf(press('/', { isComposing: true }), true)).toBeNull();
    expect(shortcutOf(press('/', { ctrlKey: true }), true)).toBeNull();
    expect(shortcutOf(press('k', { ctrlKey: true, altKey: true }), true)).toBeNull();
  });
});
