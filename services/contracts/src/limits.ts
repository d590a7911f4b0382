/** Bounds of everything that crosses a border. Both sides check them. Sizes in bytes, times in milliseconds. */
export const LIMITS = {
  usernameMinLength: 3,
  usernameMaxLength: 32,
  emailMaxLength: 254,
  /** Characters of one text message, before encryption. */
  textMaxLength: 16_000,
  /** One sealed envelope of any kind, whole. */
  envelopeMaxBytes: 262_144,
  /** One sealed call signal. */
  signalMaxBytes: 131_072,
  /** One frame on a socket: the wraps of an epoch of 256 members, and framing. */
  socketFrameMaxBytes: 420_000,
  groupMembersMax: 256,
  /** One entry of a group's log: both signatures and its payload. */
  groupEntryMaxBytes: 6_144,
  /** Entries of a group's log in one frame. */
  groupEntriesPageMax: 64,
  /** Entries of a group's log, ever. */
  groupLogMax: 16_384,
  /** Parts of a group's messages that one user may not read: as often as that user came and went, the newest. */
  closedSpansMax: 256,
  groupEpochMaxBytes: 4_096,
  /** One member's wrap of an epoch secret. */
  epochWrapBytes: 1_412,
  presenceWatchMax: 256,
  bundleMaxBytes: 16_384,
  deviceCertMaxBytes: 8_192,
  vaultHeaderMaxBytes: 4_096,
  vaultHeadMaxBytes: 256,
  vaultItemMaxBytes: 65_536,
  vaultItemsMax: 2_048,
  vaultMaxBytes: 1_572_864,
  /**
   * Certificates of an account, ever: every login on a clean browser makes a device, and its certificate is needed as long as there
   * is something that it signed.
   */
  devicesPerAccountMax: 256,
  /** JSON body of an HTTP request. */
  httpBodyMaxBytes: 262_144,
  /** JSON body of the requests that carry a vault. */
  httpVaultBodyMaxBytes: 2_097_152,
  /** Envelopes in one answer to `conversation:sync`. */
  syncPageMax: 200,
  /** Bytes of envelopes in one answer to `conversation:sync`. */
  syncPageMaxBytes: 1_000_000,
  conversationPageMax: 200,
  usersPageMax: 200,
  /** Entries in one internal batch. */
  internalBatchMax: 1_000,
  /** A call signal older than this is not relayed and not believed. */
  signalLifetimeMs: 60_000,
} as const;

/** Version of the socket protocol, sent in the handshake's `auth` payload as `v`. */
export const PROTOCOL_VERSION = 1;
