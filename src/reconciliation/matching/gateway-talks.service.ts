import { Injectable } from '@nestjs/common';
import type { RunRow } from '../reconciliation.types.js';
import { Asking } from './asking.service.js';
import { type Healed, Healing } from './healing.service.js';

/** The two steps of a run that talk to a gateway, both outside any transaction. */
@Injectable()
export class GatewayTalks {
  constructor(
    private readonly asking: Asking,
    private readonly healing: Healing,
  ) {}

  ask(run: RunRow): Promise<Healed> {
    return this.asking.step(run);
  }

  heal(run: RunRow): Promise<Healed> {
    return this.healing.step(run);
  }
}
