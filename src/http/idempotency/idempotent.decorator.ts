import {
  applyDecorators,
  createParamDecorator,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

/** Metadata that the idempotency interceptor reads. */
export const IDEMPOTENT = 'malipo:idempotent';

export interface IdempotencyOptions {
  /** A body field that means the same as the header, e.g. `idempotency_key`. */
  bodyField?: string;
  /**
   * What a caller without a token pays, e.g. `booking:<uuid>`: the scope of their keys. Needed on public
   * routes. Null where the body names nothing; the handler refuses such a body itself.
   */
  guestScope?: (body: Readonly<Record<string, unknown>>) => string | null;
}

/**
 * The route honours `Idempotency-Key`: its first final answer is stored and replayed. Between a crash and
 * the stored answer only the service can keep a fact single: it stores `@ClaimId()` with the fact, under
 * a unique constraint, and answers with the fact it finds there. A service throws `invalid` errors only
 * before it has written anything, because they set the key free.
 */
export function Idempotent(options: IdempotencyOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT, options),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Any text of 1 to 255 printable characters, best a random UUID. A repeat with the same key and body gets the first answer again instead of doing the work twice.',
      schema: { type: 'string', maxLength: 255, example: '6f1c1f2e-0b7e-4a53-9f35-2a6f0f6f1a11' },
    }),
  );
}

/** The claim of this request, a uuid; null when the caller sent no idempotency key. */
export const ClaimId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | null =>
    context.switchToHttp().getRequest<FastifyRequest>().claim?.id ?? null,
);
