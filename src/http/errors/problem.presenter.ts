import type { Problem } from './problem.js';

/** Which shape of error a path answers. */
export type Surface = 'envelope' | 'plain';

const ENVELOPE = /^\/api\/payments(?:[/?#]|$)/;

/** `/api/payments/…` answers `{status, message}`, everything else `{error}`. */
export function surfaceOf(url: string): Surface {
  return ENVELOPE.test(url) ? 'envelope' : 'plain';
}

/** The body of an error answer. Documented extra fields come last, so they win. */
export function presentProblem(
  problem: Problem,
  surface: Surface,
  requestId: string,
): Record<string, unknown> {
  const { code, message, details, errors, body } = problem;
  return {
    ...(surface === 'envelope' ? { status: 'error', message } : { error: message }),
    ...(details === undefined ? {} : { details }),
    code,
    ...(errors === undefined ? {} : { errors }),
    request_id: requestId,
    ...body,
  };
}
