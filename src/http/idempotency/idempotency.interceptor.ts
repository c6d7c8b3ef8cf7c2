import { createHash } from 'node:crypto';
import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { invalidField } from '../../common/index.js';
import { surfaceOf } from '../errors/problem.presenter.js';
import { FILE_FIELD } from '../uploads/upload.reader.js';
import type { UploadedFile } from '../uploads/upload.types.js';
import { RequestValidationPipe } from '../validation/request.validation.pipe.js';
import { Claims } from './claims.service.js';
import { fingerprint, readKey } from './idempotency.key.js';
import { IDEMPOTENT, type IdempotencyOptions } from './idempotent.decorator.js';

type Body = Record<string, unknown>;

/**
 * Claims the idempotency key of routes marked `Idempotent()`, after guards and limits. Nest's own pipes
 * run later, so the body is validated here first: a malformed request must not use up its key. How the
 * claim ends is decided by the answer, see `settleClaim`.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly claims: Claims,
    @Inject(RequestValidationPipe) private readonly pipe: RequestValidationPipe,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const options = this.reflector.get<IdempotencyOptions | undefined>(
      IDEMPOTENT,
      context.getHandler(),
    );
    if (options) await this.claim(context, options);
    return next.handle();
  }

  private async claim(context: ExecutionContext, options: IdempotencyOptions): Promise<void> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const sent = isBody(request.body) ? request.body : {};
    const key = this.keyOf(request, sent, options);
    if (key === undefined) return;
    const body = await this.validated(context, request);
    const content: Body = isBody(body) ? { ...body } : {};
    if (options.bodyField) delete content[options.bodyField];
    if (request.upload) content[FILE_FIELD] = printOf(request.upload);
    const scope = scopeOf(request, sent, options);
    if (scope === null) return;
    request.claim = await this.claims.take({
      scope,
      key,
      fingerprint: fingerprint(request, content),
    });
  }

  private keyOf(request: FastifyRequest, body: Body, options: IdempotencyOptions) {
    const header = readKey(request.headers['idempotency-key'], 'Idempotency-Key');
    const field = options.bodyField;
    const inBody = field === undefined ? undefined : readKey(body[field], field);
    if (header !== undefined && inBody !== undefined && header !== inBody) {
      throw invalidField(field ?? 'Idempotency-Key', 'must equal the Idempotency-Key header');
    }
    return header ?? inBody;
  }

  /** The body as the handler will get it: what its DTO class makes of it. */
  private async validated(context: ExecutionContext, request: FastifyRequest): Promise<unknown> {
    const metatype = bodyClass(context.getClass(), context.getHandler());
    if (!metatype) return request.body;
    const lenient = surfaceOf(request.url) === 'envelope';
    return this.pipe.validateBody(request.body, { type: 'body', metatype }, lenient);
  }
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A file counts by its name and content. */
function printOf({ filename, bytes }: UploadedFile): Body {
  return { filename, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Caller and route; for a guest what they pay and the route. */
function scopeOf(request: FastifyRequest, body: Body, options: IdempotencyOptions): string | null {
  const route = `${request.method} ${request.routeOptions.url ?? ''}`;
  if (request.principal) return `user:${request.principal.userId} ${route}`;
  const payable = options.guestScope?.(body) ?? null;
  return payable === null ? null : `guest:${payable} ${route}`;
}

/** Class of the handler's `@Body()` parameter, from the metadata that Nest itself goes by. */
function bodyClass(controller: Type, handler: { name: string }): Type | undefined {
  const params = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler.name) ??
    {}) as Record<string, { index: number; data?: unknown }>;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype, handler.name) ??
    []) as (Type | undefined)[];
  const whole = Object.entries(params).find(
    ([name, { data }]) => name.startsWith(`${RouteParamtypes.BODY}:`) && data === undefined,
  );
  return whole && types[whole[1].index];
}
