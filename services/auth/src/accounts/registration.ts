import type { RegistrationMode, RegistrationState } from '@secureconnect/contracts/registration';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { RegistrationRows } from '../store/registration-rows.js';

/** Whether new accounts are made: as the machine's setting says, or else as operators have decided; open as long as neither says anything. */
export class Registration {
  constructor(
    private readonly rows: RegistrationRows,
    private readonly setting: RegistrationMode | undefined,
  ) {}

  get state(): RegistrationState {
    return { mode: this.setting ?? this.rows.mode ?? 'open', isFixed: this.setting !== undefined };
  }

  /** @throws Violation `forbidden` while the machine's setting says what holds */
  async decide(mode: RegistrationMode, nowMs: number): Promise<RegistrationState> {
    if (this.setting !== undefined) throw new Violation('forbidden');
    await this.rows.decide(mode, nowMs);
    return this.state;
  }
}
