import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  type ExecutionContext,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../access.decorator.js';
import { RateLimit } from '../limits/rate-limit.decorator.js';

/**
 * A gateway's notification: no login, any content type, the body as bytes under its own size limit and
 * rate limit, 200 by default, absent from the OpenAPI document.
 */
export function RawWebhook(): MethodDecorator {
  return applyDecorators(
    Public(),
    RateLimit('webhook'),
    RouteConfig({ rawWebhook: true }),
    HttpCode(200),
    ApiExcludeEndpoint(),
  );
}

/** The body of a `RawWebhook()` route exactly as it came; empty when none came. */
export const WebhookBody = createParamDecorator((_: unknown, context: ExecutionContext): Buffer => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
});
