import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { checkDatabase } from '../../database/index.js';
import { HealthRegistry } from './health.registry.js';

/** Ready means that the database answers and its schema is up to date; other rooms add their own probes. */
@Injectable()
export class DatabaseHealth implements OnModuleInit {
  constructor(
    private readonly health: HealthRegistry,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.health.register('database', () => checkDatabase(this.dataSource));
  }
}
