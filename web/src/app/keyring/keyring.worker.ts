/// <reference lib="webworker" />
import { expose } from 'comlink';

import type { KeyringApi } from './keyring-api';

const usages: Readonly<Record<string, KeyUsage[]>> = {
  'ML-KEM-768': ['encapsulateBits', 'decapsulateBits'] as unknown as KeyUsage[],
  'ML-DSA-65': ['sign', 'verify'],
  Ed25519: ['sign', 'verify'],
  X25519: ['deriveBits'],
};

const isAvailable = (name: string, uses: KeyUsage[]): Promise<boolean> =>
  crypto.subtle.generateKey(name, false, uses).then(
    () => true,
    () => false,
  );

const api: KeyringApi = {
  async nativePrimitives() {
    const names = Object.keys(usages);
    const found = await Promise.all(names.map((name) => isAvailable(name, usages[name] ?? [])));
    return { available: names.filter((_, at) => found[at]) };
  },
};

expose(api);
