import './server/request.types.js';

export * from './access.decorator.js';
export { ApiDownload, ApiErrors, ApiList } from './docs/api.decorators.js';
export { ErrorAnswer, PaymentErrorAnswer, type ErrorExample } from './docs/error.schemas.js';
export { ApiCsv } from './exports/csv.decorators.js';
export type { CsvValue } from './exports/csv.text.js';
export { Exports, type CsvColumn, type CsvExport } from './exports/exports.service.js';
export { HealthRegistry, type HealthProbe, type Readiness } from './health/health.registry.js';
export { Metrics } from './health/metrics.service.js';
export { createHttpApp } from './http-app.js';
export { HttpModule } from './http.module.js';
export {
  ClaimId,
  Idempotent,
  type IdempotencyOptions,
} from './idempotency/idempotent.decorator.js';
export type { LimitName } from './limits/limit.rules.js';
export { RateLimit } from './limits/rate-limit.decorator.js';
export { addressKey, callerKey } from './limits/rate-limit.interceptor.js';
export { RateLimits } from './limits/rate-limits.service.js';
export type { ListRequest } from './lists/list.links.js';
export { IsMoment, ListQuery, MAX_PAGE_SIZE, parseMoment } from './lists/list.query.js';
export { Conditions, type ListFilter, type ListSource } from './lists/list.source.js';
export { Lists, type ListEnvelope } from './lists/lists.service.js';
export { JsonLogger } from './logging/json.logger.js';
export { maskText, maskValue } from './logging/masking.js';
export { contentDisposition, sendAttachment } from './server/attachment.js';
export { RawWebhook, WebhookBody } from './server/raw-webhook.decorator.js';
export { ApiUpload, Upload, type UploadOptions } from './uploads/upload.decorators.js';
export type { UploadedFile } from './uploads/upload.types.js';
export { IsDay, isDay } from './validation/day.decorator.js';
export { CaseInsensitiveEnum, IsAmount } from './validation/field.decorators.js';
export { IsObjectId } from './validation/object-id.decorator.js';
export { PathId } from './validation/path-id.pipe.js';
export { RequestValidationPipe } from './validation/request.validation.pipe.js';
