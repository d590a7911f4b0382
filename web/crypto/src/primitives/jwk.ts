import type { Bytes } from '@secureconnect/contracts/signed/bytes';

/** Bytes of a member of a JSON Web Key that the runtime itself has just exported (RFC 7518): canonical by construction. */
export function base64UrlBytes(member: string): Bytes {
  return Uint8Array.from(globalThis.atob(member.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
}
