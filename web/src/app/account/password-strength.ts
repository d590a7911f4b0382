/** 0 to 4, as zxcvbn counts them. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** A sealed vault can be carried off and guessed at elsewhere, so the floor is what withstands that: ten thousand million guesses. */
export const STRENGTH_FLOOR: Strength = 4;

/** More than this says nothing new about the strength, and costs time. */
const MEASURED_MAX = 100;

type Measure = (password: string, personal: readonly string[]) => Strength;
let measuring: Promise<Measure> | undefined;

/** The word lists are large and come when somebody first types a password. */
async function load(): Promise<Measure> {
  const [{ ZxcvbnFactory }, common, words, names] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en/dist/wikipedia.json.mjs'),
    import('@zxcvbn-ts/language-en/dist/firstnames.json.mjs'),
  ]);
  const meter = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, words: words.default, names: names.default },
    graphs: common.adjacencyGraphs,
    useLevenshteinDistance: false,
  });
  return (password, personal) => meter.check(password.slice(0, MEASURED_MAX), [...personal, 'secureconnect']).score;
}

/** How well a password withstands guessing. Measured in this page; it goes nowhere. */
export async function measureStrength(password: string, personal: readonly string[]): Promise<Strength> {
  measuring ??= load();
  const measure = await measuring;
  return measure(password, personal);
}
