import * as z from 'zod';

// GET, POST /api/admin/registration for operators; behind them auth POST /internal/registration/state and POST /internal/registration.

/** `closed`: nobody gets a new account (`registration-closed`); who has one notices nothing. */
export const RegistrationMode = z.enum(['open', 'closed']);
export type RegistrationMode = z.infer<typeof RegistrationMode>;

export const RegistrationState = z.strictObject({
  mode: RegistrationMode,
  /** The setting `REGISTRATION` of the machine says so: no operator decides otherwise in the page. */
  isFixed: z.boolean(),
});
export type RegistrationState = z.infer<typeof RegistrationState>;

/** Admin to auth; `forbidden` while it is fixed. */
export const DecideRegistration = z.strictObject({ mode: RegistrationMode });
export type DecideRegistration = z.infer<typeof DecideRegistration>;

/** An operator's decision; the reason is for the audit log. */
export const RegistrationRequest = z.strictObject({ mode: RegistrationMode, reason: z.string().min(1).max(500) });
export type RegistrationRequest = z.infer<typeof RegistrationRequest>;

/** Whoever asks auth for the state asks with nothing. */
export const NoQuestion = z.strictObject({});
