import { Body, Controller, Get, Put } from '@nestjs/common';
import { VaultPut, type Vault, type VaultPutAnswer } from '@secureconnect/contracts/auth';
import { Caller, RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { Vaults } from './vaults.js';

@Controller('api/auth/vault')
export class VaultsController {
  constructor(private readonly vaults: Vaults) {}

  @Get()
  @RateLimit(120, 60)
  read(@Caller() caller: CallerIdentity): Promise<Vault> {
    return this.vaults.read(caller);
  }

  @Put()
  @RateLimit(240, 60)
  put(@Caller() caller: CallerIdentity, @Body({ schema: VaultPut }) body: VaultPut): Promise<VaultPutAnswer> {
    return this.vaults.put(caller, body);
  }
}
