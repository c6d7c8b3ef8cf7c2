/** The environment cannot be used as it is. The message lists every problem with its fix. */
export class ConfigError extends Error {
  constructor(
    /** Each in the words "NAME: what is wrong; the fix". */
    readonly problems: readonly string[],
    /** Why the deployment counts as production; empty when it does not. */
    reasons: readonly string[] = [],
  ) {
    const count = problems.length === 1 ? '1 setting needs' : `${problems.length} settings need`;
    const lines = [`${count} attention:`, ...problems.map((problem) => `  ${problem}`)];
    if (reasons.length > 0) lines.push(`This counts as production because ${reasons.join(', ')}.`);
    super(lines.join('\n'));
    this.name = 'ConfigError';
  }
}
