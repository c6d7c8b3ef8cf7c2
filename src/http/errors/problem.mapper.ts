import { HttpException } from '@nestjs/common';
import { DomainError, type DomainErrorKind } from '../../common/index.js';
import { databaseProblem } from './database.problem.js';
import type { ClaimFate, Problem } from './problem.js';

const STATUS = {
  invalid: 400,
  refused: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  mismatch: 422,
  too_many: 429,
  gateway_failed: 502,
  unavailable: 503,
} as const satisfies Record<DomainErrorKind, number>;

const HTTP_PROBLEMS: Record<number, { code: string; message: string }> = {
  400: { code: 'bad_request', message: 'The request is malformed' },
  401: { code: 'unauthenticated', message: 'Log in first' },
  403: { code: 'forbidden', message: 'Your role does not allow this' },
  404: { code: 'not_found', message: 'Unknown route or method; /swagger/ lists what there is' },
  408: { code: 'request_timeout', message: 'The request took too long to arrive; send it again' },
  413: { code: 'payload_too_large', message: 'The body is too large' },
  414: { code: 'uri_too_long', message: 'The path is too long' },
  415: {
    code: 'unsupported_media_type',
    message: 'Send JSON with Content-Type: application/json',
  },
  431: { code: 'headers_too_large', message: 'The request headers are too large' },
};

/** Words for Fastify's own refusals, where the general one would not tell the fix. */
const FASTIFY_PROBLEMS: Record<string, { status: number; code: string; message: string }> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'malformed_json',
    message: 'The body is not valid JSON, or it uses a forbidden key such as __proto__',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'bad_request',
    message: 'The body is not as long as its Content-Length says',
  },
  FST_ERR_BAD_URL: {
    status: 400,
    code: 'malformed_path',
    message: 'The path holds a broken percent escape',
  },
  FST_ERR_MAX_PARAM_LENGTH: { status: 404, code: 'not_found', message: 'Not found' },
};

const INTERNAL: Problem = {
  status: 500,
  code: 'internal_error',
  message: 'Something went wrong on our side; report it with the request id',
  fate: 'reopen',
  log: 'error',
};

/** Nobody is left to read this; it only keeps an aborted upload out of the error log. */
const HANG_UP: Problem = {
  status: 400,
  code: 'request_aborted',
  message: 'The request ended before its body was complete',
  fate: 'reopen',
  log: 'none',
};

function isHangUp(exception: unknown): boolean {
  return exception instanceof Error && exception.message === 'aborted';
}

function fateOf(error: DomainError): ClaimFate {
  switch (error.kind) {
    case 'invalid':
      return 'free';
    case 'refused':
    case 'not_found':
      return 'keep';
    case 'conflict':
      // A conflict that invites a repeat is passing; one without is the answer.
      return error.extra.retryAfterS === undefined ? 'keep' : 'reopen';
    default:
      return 'reopen';
  }
}

function domainProblem(error: DomainError): Problem {
  const { details, errors, retryAfterS, body } = error.extra;
  return {
    status: STATUS[error.kind],
    code: error.code,
    message: error.message,
    details,
    errors,
    retryAfterS: retryAfterS ?? (error.kind === 'unavailable' ? 5 : undefined),
    body,
    fate: fateOf(error),
    log: error.kind === 'gateway_failed' || error.kind === 'unavailable' ? 'warn' : 'none',
  };
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function httpProblem(error: HttpException): Problem {
  const known = FASTIFY_PROBLEMS[codeOf(error.cause) ?? ''];
  const status = known?.status ?? error.getStatus();
  const words = known ?? HTTP_PROBLEMS[status];
  if (!words) return status >= 500 ? INTERNAL : { ...INTERNAL, status, ...wordsFor(status) };
  return {
    status,
    code: words.code,
    message: words.message,
    fate: status === 400 ? 'free' : 'reopen',
    log: 'none',
  };
}

function wordsFor(status: number): Pick<Problem, 'code' | 'message' | 'log'> {
  return { code: `http_${status}`, message: 'The request was refused', log: 'none' };
}

/** Every exception that leaves a handler, a guard, a pipe or Fastify itself, as a caller may see it. */
export function toProblem(exception: unknown): Problem {
  if (exception instanceof DomainError) return domainProblem(exception);
  if (exception instanceof HttpException) return httpProblem(exception);
  if (isHangUp(exception)) return HANG_UP;
  const fastify = FASTIFY_PROBLEMS[codeOf(exception) ?? ''];
  if (fastify) return { ...fastify, fate: 'free', log: 'none' };
  return databaseProblem(exception) ?? INTERNAL;
}
