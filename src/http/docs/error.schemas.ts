import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { fieldSentence } from '../validation/validation.problem.js';

const REQUEST_ID = '3f0c9c1e-6c55-4a6e-9f0b-0f4f7b8f2d11';

class ErrorFields {
  @ApiPropertyOptional({ description: 'More for a person, e.g. the gateway’s own words.' })
  details?: string;

  @ApiProperty({ description: 'Stable word for programs.', example: 'not_found' })
  code!: string;

  @ApiPropertyOptional({
    description: 'Messages per field, when the input is at fault.',
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
  })
  errors?: Record<string, string[]>;

  @ApiProperty({ description: 'Quote it when you report a problem.', example: REQUEST_ID })
  request_id!: string;
}

/** What every path but `/api/payments/…` answers when it fails. */
export class ErrorAnswer extends ErrorFields {
  @ApiProperty({ description: 'What went wrong and what to do about it.', example: 'Not found' })
  error!: string;
}

/** What `/api/payments/…` answers when it fails. */
export class PaymentErrorAnswer extends ErrorFields {
  @ApiProperty({ enum: ['error'], example: 'error' })
  status!: string;

  @ApiProperty({ description: 'What went wrong and what to do about it.', example: 'Not found' })
  message!: string;
}

export interface ErrorExample {
  status: number;
  code: string;
  message: string;
  /** When it happens on this route, where that is not what the status usually means. */
  description?: string;
  details?: string;
  errors?: Record<string, string[]>;
}

const EXAMPLES: Record<number, { description: string; example: Omit<ErrorExample, 'status'> }> = {
  401: {
    description: 'Not logged in, or the access token is not valid any more',
    example: {
      code: 'not_authenticated',
      message: 'Authentication credentials were not provided',
    },
  },
  403: {
    description: 'Your role does not allow this',
    example: { code: 'permission_denied', message: 'The role customer may not do this' },
  },
  404: {
    description: 'There is no such object for you',
    example: { code: 'not_found', message: 'Not found' },
  },
  409: {
    description: 'The state of the object, or another request, is in the way',
    example: { code: 'conflict', message: 'Another request changed this at the same time' },
  },
  422: {
    description: 'The idempotency key was used with another request',
    example: {
      code: 'idempotency_key_reused',
      message: 'This Idempotency-Key was used with another request; send a new key',
    },
  },
  429: {
    description: 'Too many requests; `Retry-After` says how many seconds to wait',
    example: { code: 'rate_limited', message: 'Too many requests; wait 12 s' },
  },
  502: {
    description: 'The gateway failed before anything was sent to the payer',
    example: { code: 'gateway_failed', message: 'The payment gateway did not accept the request' },
  },
  503: {
    description: 'Temporarily unavailable; nothing was sent, so try again',
    example: { code: 'unavailable', message: 'The payment gateway is out of reach; try again' },
  },
};

/** What a second request gets while the first with the same idempotency key runs. */
export const IN_PROGRESS: ErrorExample = {
  status: 409,
  code: 'idempotency_in_progress',
  message: 'The first request with this Idempotency-Key is still running; ask again in a moment',
};

export function describeStatus(status: number): string {
  if (status === 400) return 'The input is invalid or a business rule forbids it';
  return EXAMPLES[status]?.description ?? 'The request was refused';
}

/** The example for a status, unless the route brings its own; `field` is one that a caller may get wrong. */
export function defaultExample(status: number, field = 'amount'): ErrorExample {
  if (status === 400) return invalidExample(field);
  const known = EXAMPLES[status]?.example;
  return { status, code: 'error', message: 'The request was refused', ...known };
}

function invalidExample(field: string): ErrorExample {
  const message = field === 'page' ? 'must be a whole number from 1' : 'is required';
  return {
    status: 400,
    code: 'validation_failed',
    message: fieldSentence(field, message),
    errors: { [field]: [message] },
  };
}

/** An example as the named surface answers it. */
export function exampleBody(
  { code, message, details, errors }: ErrorExample,
  surface: 'plain' | 'envelope',
): Record<string, unknown> {
  return {
    ...(surface === 'envelope' ? { status: 'error', message } : { error: message }),
    ...(details === undefined ? {} : { details }),
    code,
    ...(errors === undefined ? {} : { errors }),
    request_id: REQUEST_ID,
  };
}
