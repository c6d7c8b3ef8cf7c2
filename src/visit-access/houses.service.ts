import { Injectable } from '@nestjs/common';
import type { ObjectId, Principal } from '../common/index.js';
import { Properties, type PropertyRow } from '../properties/index.js';
import { housesOnly } from './visit.errors.js';

/** Properties that can be visited. */
@Injectable()
export class Houses {
  constructor(private readonly properties: Properties) {}

  /** @throws DomainError `property_not_found`, also for another account's; 400 for what is no house. */
  async read(caller: Principal, id: ObjectId): Promise<PropertyRow> {
    const property = await this.properties.read(caller, id);
    if (property.kind !== 'house') throw housesOnly();
    return property;
  }
}
