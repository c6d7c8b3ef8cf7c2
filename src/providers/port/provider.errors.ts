/** Our settings are wrong: nothing was sent. */
export class ProviderMisconfiguredError extends Error {
  override readonly name = 'ProviderMisconfiguredError';
}

/** The gateway has no such operation: nothing was sent. */
export class ProviderUnsupportedError extends Error {
  override readonly name = 'ProviderUnsupportedError';
}

/** The gateway could not be reached or refused before it could act: surely not carried out. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError';

  constructor(
    message: string,
    /** `rejected`: it answered and refused (502); `unreachable`: no answer, try again later (503). */
    readonly reason: 'rejected' | 'unreachable',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Sent, and no trustworthy answer came back: perhaps carried out. Never treated as failed. */
export class ProviderOutcomeUnknownError extends Error {
  override readonly name = 'ProviderOutcomeUnknownError';
}
