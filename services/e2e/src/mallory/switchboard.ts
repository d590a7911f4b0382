import type { Defence } from './attacks/attack.js';

/**
 * In the bench every export of the client, the cryptography and the contracts is read through here, so that one of them can be
 * replaced for a while. Nothing of this is in a build: it stands on the test runner's own module mocks.
 */
interface Switch {
  readonly replace: Defence['replacement'];
  asked: number;
}

const switches = new Map<string, Switch>();
const loaded = new Map<string, object>();

const nameOf = (module: string, name: string) => `${module} ${name}`;

/** A module whose exports can be replaced while it is in use. */
export function switchable(module: string, real: Readonly<Record<string, unknown>>): object {
  loaded.set(module, real);
  const face = Object.defineProperty({}, '__esModule', { value: true });
  for (const name of Object.keys(real)) {
    let made: { readonly by: Switch; readonly value: unknown } | null = null;
    Object.defineProperty(face, name, {
      enumerable: true,
      get: () => {
        const by = switches.get(nameOf(module, name));
        if (by === undefined) return real[name];
        by.asked++;
        if (made?.by !== by) made = { by, value: by.replace(real[name] as never) };
        return made.value;
      },
    });
  }
  return face;
}

/**
 * Does something while defences are out.
 * @throws Error where one of them does not exist, or was never asked: then nothing was shown
 */
export async function runWithout<T>(defences: readonly Defence[], run: () => Promise<T>): Promise<T> {
  if (defences.length === 0) throw new Error('no defence is named');
  const made = new Map(
    defences.map(({ module, export: name, replacement }) => [nameOf(module, name), { replace: replacement, asked: 0 }]),
  );
  for (const { module, export: name } of defences)
    if (!Object.hasOwn(loaded.get(module) ?? {}, name)) throw new Error(`there is no defence ${name} in ${module}`);
  for (const [name, by] of made) switches.set(name, by);
  try {
    const result = await run();
    for (const [name, { asked }] of made) if (asked === 0) throw new Error(`nobody asked the defence ${name}`);
    return result;
  } finally {
    for (const name of made.keys()) switches.delete(name);
  }
}
