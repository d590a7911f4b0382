import { Controller, Get, Res } from '@nestjs/common';
import type { HealthAnswer } from '@secureconnect/contracts/internal';
import type { Response } from 'express';
import { Probe } from '../bootstrap/route-marks.js';
import { Metrics } from '../metrics/metrics.js';
import { Readiness } from './readiness.js';

/** Probes on the internal port. Ready means: takes traffic. Redis away is `degraded`, not unready. */
@Probe()
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  live(): HealthAnswer {
    return { ...this.readiness.report(), status: 'ok' };
  }

  @Get('health/ready')
  ready(@Res({ passthrough: true }) response: Response): HealthAnswer {
    const report = this.readiness.report();
    if (report.status !== 'ok') response.status(503);
    return report;
  }

  @Get('metrics')
  async show(@Res() response: Response): Promise<void> {
    response.type(this.metrics.registry.contentType).send(await this.metrics.registry.metrics());
  }
}
