import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { BundlesLookup, type BundlesLookupAnswer } from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { BundleRows } from '../store/bundle-rows.js';

@Internal('messaging-gateway')
@Controller('internal/users')
export class InternalDirectoryController {
  constructor(private readonly rows: BundleRows) {}

  /** Each bundle once, however often it is named. */
  @Post('bundles')
  @HttpCode(200)
  bundles(@Body({ schema: BundlesLookup }) body: BundlesLookup): BundlesLookupAnswer {
    const found = this.rows.named(body.wanted);
    return { bundles: found.map(({ bytes, ...name }) => ({ ...name, bundle: toBase64Url(bytes) })) };
  }
}
