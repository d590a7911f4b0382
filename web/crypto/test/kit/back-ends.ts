import { nativePrimitives } from '@secureconnect/crypto/primitives/native';
import { noblePrimitives } from '@secureconnect/crypto/primitives/noble';

/** Both: what one makes, the other reads. */
export const backEnds = [nativePrimitives, noblePrimitives] as const;
