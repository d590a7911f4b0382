/** What a column of a store may hold, and how its values look. Every column of every store has one; `npm run audit:stores` compares. */
export type ColumnLook =
  /** A random id: 32 hex characters or 16 bytes. `also`: the few words that may stand in its place. */
  | { readonly class: 'id'; readonly also?: readonly string[] }
  /** Milliseconds since 1970; 0 for never. */
  | { readonly class: 'time' }
  /** A whole number: a sequence, a version, an amount, a flag. */
  | { readonly class: 'counter' }
  /** What everybody may see: one of a few words, or bytes that are published or hashed, told by their first bytes, length or form. */
  | {
      readonly class: 'public';
      readonly values?: readonly string[];
      /** ASCII with which the bytes begin. */
      readonly magic?: string;
      readonly bytes?: number;
      readonly pattern?: RegExp;
    }
  /**
   * What only people's devices can open: bytes without structure, 7.5 bits of entropy in each.
   * `padded`: each length is an allowed padded length (PROTOCOL 5.8) and one of these overheads. `sizes`: at most so many lengths
   * exist, whatever is inside.
   */
  | { readonly class: 'sealed'; readonly padded: readonly number[] }
  | { readonly class: 'sealed'; readonly sizes: number }
  /** What the server reads and has to read; `reason` says why. */
  | { readonly class: 'declared-plain'; readonly reason: string; readonly pattern?: RegExp };

export type ColumnClass = ColumnLook & {
  /** For the people whom it is about: what stands there, in a short sentence. */
  readonly words: string;
};

export type TableClasses = Readonly<Record<string, ColumnClass>>;

/** The columns of a store by table and name, as the database has them. */
export type StoreClasses = Readonly<Record<string, TableClasses>>;
