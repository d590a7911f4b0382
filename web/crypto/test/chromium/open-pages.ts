import { openEnvelope, type OpenContext } from '@secureconnect/crypto/envelope/open';
import { sealEnvelope } from '@secureconnect/crypto/envelope/seal';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { makePerson, reading, sealInput } from '../kit/people.js';

/** As the messenger opens a page: so many at once in each Worker. */
const AT_ONCE = 4;
const MOST = 200;

const p = await loadPrimitives();
const [alice, bob] = [await makePerson(p, 'alice'), await makePerson(p, 'bob')];
const context: OpenContext = await reading(p, bob, alice);
const sealed: Uint8Array[] = [];
for (let count = 0; count < MOST; count++) {
  const { bytes } = await sealEnvelope(p, sealInput(p, alice, bob, { inner: { t: 'text', body: `message ${count}` } }));
  sealed.push(bytes);
}

/** Opens what is posted and posts back what was in it; told nothing, gives envelopes that it can open. */
globalThis.onmessage = ({ data }: MessageEvent<readonly Uint8Array[] | null>) => {
  if (data === null) {
    postMessage(sealed);
    return;
  }
  let next = 0;
  const opened: unknown[] = [];
  const lane = async () => {
    for (let index = next++; index < data.length; index = next++) {
      const result = await openEnvelope(p, data[index]!, context);
      if (!result.ok) throw new Error(result.reason);
      opened[index] = result.inner;
    }
  };
  void Promise.all(Array.from({ length: AT_ONCE }, lane)).then(
    () => postMessage(opened),
    (error: unknown) => postMessage(String(error)),
  );
};
postMessage('ready');
