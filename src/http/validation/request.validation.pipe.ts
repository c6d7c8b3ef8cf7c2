import {
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { DomainError, requestContext } from '../../common/index.js';
import { surfaceOf } from '../errors/problem.presenter.js';
import { requestOf } from '../server/request.registry.js';
import { validationProblem } from './validation.problem.js';

const SHARED: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidUnknownValues: true,
  validationError: { target: true },
  exceptionFactory: validationProblem,
};
const NO_CLASS = new Set<unknown>([undefined, Object, String, Number, Boolean, Array, Buffer]);

/**
 * Validates bodies and queries against their DTO class. Unknown body fields are refused, except on
 * `/api/payments/…` and in webhooks; unknown query parameters are ignored.
 */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  private readonly strict = new ValidationPipe({ ...SHARED, forbidNonWhitelisted: true });
  private readonly lenient = new ValidationPipe(SHARED);

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'query') return this.lenient.transform(withoutBlanks(value), metadata);
    if (metadata.type !== 'body') return this.lenient.transform(value, metadata);
    return this.validateBody(value, metadata, this.ignoresUnknownFields());
  }

  /** The same as the pipe does to a whole body; also used before an idempotency key is claimed. */
  async validateBody(
    value: unknown,
    metadata: ArgumentMetadata,
    ignoreUnknown: boolean,
  ): Promise<unknown> {
    if (!NO_CLASS.has(metadata.metatype) && metadata.data === undefined && !isPlainObject(value)) {
      throw new DomainError('invalid', 'invalid_body', 'The body must be a JSON object');
    }
    return (ignoreUnknown ? this.lenient : this.strict).transform(value ?? {}, metadata);
  }

  private ignoresUnknownFields(): boolean {
    const context = requestContext.getStore();
    const request = context && requestOf(context);
    if (!request) return false;
    return request.routeOptions.config.rawWebhook === true || surfaceOf(request.url) === 'envelope';
  }
}

/** `?status=` filters by nothing. Only an empty cursor means something: the first page. */
function withoutBlanks(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  const kept = Object.entries(query).filter(([name, value]) => value !== '' || name === 'cursor');
  return Object.fromEntries(kept);
}

function isPlainObject(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && !Array.isArray(value));
}
