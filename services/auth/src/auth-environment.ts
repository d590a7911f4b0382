import { RegistrationMode } from '@secureconnect/contracts/registration';
import * as z from 'zod';

/** Variables of this service beside the common ones. */
export const AuthEnvironment = z.object({
  /** `closed`: nobody gets a new account; who has one notices nothing. Without it, operators decide in the page; open until they do. */
  REGISTRATION: RegistrationMode.optional(),
  /** bcrypt cost of new verifiers; PROTOCOL 2 wants at least 10. */
  BCRYPT_COST: z.coerce.number().int().min(10).max(16).default(10),
});
export type AuthEnvironment = z.infer<typeof AuthEnvironment>;
