import { OPENING_CREDITS, priceOf, Prices } from '@secureconnect/contracts/credits';
import Sqlite from 'better-sqlite3';
import { ALICE } from '../people.js';
import { askAs, CreditsWorld } from './credits-world.js';

/** A moment that is far from all clocks. */
const FAR = '2100-01-01T00:00:00Z';
const FAR_MS = Date.parse(FAR);

describe('the price list', () => {
  let world: CreditsWorld;
  beforeEach(async () => {
    world = await CreditsWorld.open();
  });
  afterEach(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  /** What a service with these settings shows, which then stops. */
  async function listWith(settings: Record<string, string>): Promise<Prices> {
    const service = await world.start(settings);
    try {
      return Prices.parse((await askAs(world, ALICE, `${service.publicUrl}/api/credits/prices`)).body);
    } finally {
      await service.stop();
    }
  }
  const sums = ({ entries }: Prices) => entries.map(({ kind, amount }) => [kind, amount]);

  it('says what each thing costs, and since when', async () => {
    const before = Date.now();
    const list = await listWith({});
    expect(list.opening).toBe(OPENING_CREDITS);
    expect(sums(list)).toEqual([
      ['message', 1],
      ['group-message', 1],
      ['call', 5],
    ]);
    for (const { fromMs } of list.entries) {
      expect(fromMs).toBeGreaterThanOrEqual(before);
      expect(fromMs).toBeLessThanOrEqual(Date.now());
    }
    expect(await listWith({})).toEqual(list);
  });

  it('keeps what held before a setting was changed, and says what will hold', async () => {
    const before = await listWith({});
    const changed = await listWith({ MESSAGE_PRICE: '2', CALL_PRICE: `5; 8 from ${FAR}` });
    expect(changed.entries.slice(0, 3)).toEqual(before.entries);
    expect(sums(changed).slice(3)).toEqual([
      ['message', 2],
      ['call', 8],
    ]);
    const [changedAtMs, old] = [changed.entries[3]!.fromMs, before.entries[0]!.fromMs];
    expect([old, changedAtMs - 1, changedAtMs].map((atMs) => priceOf(changed.entries, 'message', atMs))).toEqual([
      1, 1, 2,
    ]);
    expect([FAR_MS - 1, FAR_MS].map((atMs) => priceOf(changed.entries, 'call', atMs))).toEqual([5, 8]);
    // What was announced and is not in the settings any more is taken back.
    expect(priceOf((await listWith({ MESSAGE_PRICE: '2' })).entries, 'call', FAR_MS)).toBe(5);
  });

  it('is never changed behind what was decided', async () => {
    await listWith({});
    const raw = new Sqlite(world.storeFile);
    for (const change of [
      'UPDATE price SET amount = 0',
      'DELETE FROM price',
      'REPLACE INTO price SELECT * FROM price',
    ]) {
      expect(() => raw.exec(change)).toThrow(/never changed/);
    }
    const insert = 'INSERT INTO price (kind, amount, from_ms, decided_at_ms) VALUES';
    expect(() => raw.exec(`${insert} ('message', 9, 1, 1)`)).toThrow(/one after the other/);
    expect(() => raw.exec(`${insert} ('message', 9, 1, ${String(FAR_MS)})`)).toThrow(/CHECK/);
    raw.close();
  });

  it.each(['-1', 'many', '1; 2', `2 from ${FAR}`])('is not begun with a price of “%s”', async (text) => {
    await expect(world.start({ GROUP_MESSAGE_PRICE: text })).rejects.toThrow('GROUP_MESSAGE_PRICE');
    await listWith({});
  });
});
