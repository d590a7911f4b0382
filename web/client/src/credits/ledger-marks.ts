import { fromBase64Url, fromHex, toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { asBytes32, type FixedBytes } from '@secureconnect/contracts/signed/bytes';
import type { LedgerMark } from '@secureconnect/crypto/vault/ledger-mark';
import type { VaultKeeper } from '../vault/vault-keeper.js';
import type { LedgerRecord } from './remembered.js';

/** Checks that come close together are one write of the vault; the first one of an account is written at once. */
const WRITE_AFTER_MS = 10_000;

export interface LedgerMarkParts {
  readonly vault: Pick<VaultKeeper, 'opened' | 'reload' | 'write'>;
  readonly userId: UserId;
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
}

/**
 * What any device of the account has checked of its credits, in the vault: the key of the receipts, and where the lines ended (vault item 8).
 * A browser that is new is not shown fewer lines, or others, nor another key (THREATS 99).
 */
export class LedgerMarks {
  readonly #parts: LedgerMarkParts;
  #fresh: Promise<void> | null = null;
  #noted: LedgerRecord | null = null;
  #writing = false;

  constructor(parts: LedgerMarkParts) {
    this.#parts = parts;
  }

  /** What is remembered; null for nothing. The vault is read anew before the first answer. @throws Refusal */
  async remembered(): Promise<LedgerRecord | null> {
    this.#fresh ??= this.#parts.vault.reload().catch((error: unknown) => {
      this.#fresh = null;
      throw error;
    });
    await this.#fresh;
    return this.#held();
  }

  /** This was checked here: the vault follows. */
  note(record: LedgerRecord): void {
    const held = this.#held();
    if (!isFurther(held, record)) return;
    this.#noted = record;
    if (this.#writing) return;
    this.#writing = true;
    const { background, pause } = this.#parts;
    background(async () => {
      if (held !== null) await pause(WRITE_AFTER_MS);
      this.#writing = false;
      await this.flush();
    });
  }

  /** Writes what waits into the vault. @throws Refusal; what waits goes on waiting, for the next check or connection */
  async flush(): Promise<void> {
    const noted = this.#noted;
    if (noted === null) return;
    await this.#parts.vault.write(({ ledgerMarks }) => {
      const held = ledgerMarks[0];
      return isFurther(held === undefined ? null : fromMark(held, this.#parts.userId), noted)
        ? { ledgerMarks: [toMark(noted)] }
        : null;
    });
    if (this.#noted === noted) this.#noted = null;
  }

  #held(): LedgerRecord | null {
    const held = this.#parts.vault.opened.ledgerMarks[0];
    return held === undefined ? null : fromMark(held, this.#parts.userId);
  }
}

/** The first key that a device has seen stays: the others notice that theirs is another. */
function isFurther(held: LedgerRecord | null, here: LedgerRecord): boolean {
  return held === null || (held.publicKey === here.publicKey && here.receipt.line > held.receipt.line);
}

function toMark({ publicKey, receipt: { line, hash, balance, atMs, signature } }: LedgerRecord): LedgerMark {
  return {
    ...{ line, balance, atMs },
    publicKey: asBytes32(fromBase64Url(publicKey)),
    hash: asBytes32(fromHex(hash)),
    signature: fromBase64Url(signature) as FixedBytes<64>,
  };
}

function fromMark({ publicKey, line, hash, balance, atMs, signature }: LedgerMark, userId: UserId): LedgerRecord {
  const receipt = { userId, line, hash: toHex(hash), balance, atMs, signature: toBase64Url(signature) };
  return { publicKey: toBase64Url(publicKey), receipt };
}
