/** A refusal of the sandbox's own JSON API, answered as `{error}`. */
export class SandboxError extends Error {
  constructor(
    readonly status: 400 | 403 | 404 | 409 | 502,
    message: string,
  ) {
    super(message);
    this.name = 'SandboxError';
  }
}
