/*
 * How much of the models is played, and which histories: MODEL_STEPS=100000 for more steps, half of them for each model.
 * The histories are the same each time, so that a red run is of the change; MODEL_SEED=any draws new ones, and fast-check prints the seed of
 * what fails, to be seen again by MODEL_SEED=<seed>.
 */
const FIRST_SEED = 20_261_123;

/** Steps of each of the two models. */
export const STEPS = Number(process.env.MODEL_STEPS ?? 5_000) / 2;

const { MODEL_SEED } = process.env;

export function playedIn(stepsOfRun: number) {
  return {
    numRuns: Math.max(1, Math.round(STEPS / stepsOfRun)),
    ...(MODEL_SEED !== 'any' && { seed: MODEL_SEED === undefined ? FIRST_SEED : Number(MODEL_SEED) }),
    endOnFailure: process.env.MODEL_SHRINK === undefined,
  };
}
