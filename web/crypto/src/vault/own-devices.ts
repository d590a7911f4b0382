import type { Bytes, Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { JsonFields } from '../encoding/json-fields.js';
import { parseStrictJson } from '../encoding/strict-json.js';
import { fromUtf8, toUtf8 } from '../encoding/text.js';

/** What a person calls a device (vault item 5). The server knows neither name nor browser. */
export interface OwnDevice {
  readonly deviceId: Bytes16;
  /** 1 to 64 UTF-16 units. */
  readonly name: string;
  /** "Firefox on Linux"; 0 to 64 UTF-16 units. */
  readonly browser: string;
  readonly createdAtMs: number;
}

const TEXT_MAX_LENGTH = 64;

/** Item type 5: JSON. */
export function writeOwnDevice({ deviceId, name, browser, createdAtMs }: OwnDevice): Bytes {
  const bytes = toUtf8(JSON.stringify({ v: 1, device: idToHex(deviceId), name, browser, createdAtMs }));
  readOwnDevice(bytes);
  return bytes;
}

/** @throws StrictJsonError for anything that `writeOwnDevice` does not make */
export function readOwnDevice(content: Uint8Array): OwnDevice {
  const fields = new JsonFields(parseStrictJson(fromUtf8(content)));
  fields.version(1);
  const device = {
    deviceId: fields.id('device'),
    name: fields.text('name', 1, TEXT_MAX_LENGTH),
    browser: fields.text('browser', 0, TEXT_MAX_LENGTH),
    createdAtMs: fields.count('createdAtMs', 0),
  };
  fields.end();
  return device;
}
