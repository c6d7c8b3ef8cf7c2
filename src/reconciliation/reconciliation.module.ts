import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { LedgerModule } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { ProvidersModule } from '../providers/index.js';
import { ItemsController } from './items/items.controller.js';
import { ItemResolutions } from './items/resolutions.service.js';
import { Asking } from './matching/asking.service.js';
import { Asks } from './matching/asks.repository.js';
import { GatewayTalks } from './matching/gateway-talks.service.js';
import { Healing } from './matching/healing.service.js';
import { Matching } from './matching/matching.service.js';
import { Postings } from './matching/postings.service.js';
import { ReportsController } from './reports/reports.controller.js';
import { Reports } from './reports/reports.service.js';
import { DailyRuns } from './runs/daily.processor.js';
import { GatewayRuns } from './runs/gateway-runs.service.js';
import { Imports } from './runs/imports.service.js';
import { LineWriter } from './runs/line.writer.js';
import { RunProcessor } from './runs/run.processor.js';
import { RunReader } from './runs/run.reader.js';
import { RunsController } from './runs/runs.controller.js';
import { MappingsController } from './statements/mappings.controller.js';
import { Mappings } from './statements/mappings.service.js';

@Module({
  imports: [AuditsModule, LedgerModule, ProvidersModule, PaymentsModule],
  controllers: [MappingsController, RunsController, ReportsController, ItemsController],
  providers: [
    Mappings,
    LineWriter,
    Imports,
    GatewayRuns,
    DailyRuns,
    RunReader,
    RunProcessor,
    Matching,
    Asks,
    Healing,
    Asking,
    GatewayTalks,
    Postings,
    ItemResolutions,
    Reports,
  ],
})
export class ReconciliationModule {}
