/** A start that cannot succeed, for a reason that a person can remove: the message says how. */
export class BootError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BootError';
  }
}

/** The words of an error and of what caused it; some of Node's own come without any. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const parts = error instanceof AggregateError ? error.errors.map(describeError) : [];
  const words = error.message || parts.join(', ') || (error as NodeJS.ErrnoException).code;
  const cause = error.cause === undefined ? '' : ` (${describeError(error.cause)})`;
  return `${words ?? error.name}${cause}`;
}
