import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { ErrorFilter } from './errors/error.filter.js';
import { Exports } from './exports/exports.service.js';
import { HealthController } from './health/health.controller.js';
import { HealthRegistry } from './health/health.registry.js';
import { Metrics } from './health/metrics.service.js';
import { MetricsController } from './health/metrics.controller.js';
import { DatabaseHealth } from './health/database.health.js';
import { Claims } from './idempotency/claims.service.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotentRoutes } from './idempotency/idempotent.routes.js';
import { RateLimitInterceptor } from './limits/rate-limit.interceptor.js';
import { RateLimits } from './limits/rate-limits.service.js';
import { Lists } from './lists/lists.service.js';
import { Sweeper } from './server/sweeper.service.js';
import { UploadInterceptor } from './uploads/upload.interceptor.js';
import { RequestValidationPipe } from './validation/request.validation.pipe.js';

/** What holds for every route, and the tools that controllers share. Interceptors run in this order. */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [HealthController, MetricsController],
  providers: [
    Claims,
    Exports,
    HealthRegistry,
    IdempotentRoutes,
    Lists,
    Metrics,
    RateLimits,
    RequestValidationPipe,
    DatabaseHealth,
    Sweeper,
    { provide: APP_FILTER, useClass: ErrorFilter },
    { provide: APP_PIPE, useExisting: RequestValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: RateLimitInterceptor },
    { provide: APP_INTERCEPTOR, useClass: UploadInterceptor },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [Claims, Exports, HealthRegistry, Lists, Metrics, RateLimits],
})
export class HttpModule {}
