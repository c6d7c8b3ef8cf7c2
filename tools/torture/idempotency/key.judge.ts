/** One definite answer to a request with a key. */
export interface KeyAnswer {
  status: number;
  replayed: boolean;
  retryAfter: boolean;
  code: string;
  text: string;
  /** When it was asked and when answered, ms of one clock. */
  from: number;
  to: number;
}

/** What is wrong with the answers that callers of one key got; `killed`: a process died meanwhile. */
export function answerProblems(answers: readonly KeyAnswer[], killed: boolean): string[] {
  const problems: string[] = [];
  const done = answers.filter(({ status }) => status >= 200 && status < 300);
  const running = answers.filter(({ status }) => status === 409);
  const others = answers.filter((answer) => !done.includes(answer) && !running.includes(answer));
  for (const { status, text } of others) problems.push(`answered ${status}: ${text.slice(0, 200)}`);
  for (const { code, retryAfter } of running) {
    if (code !== 'idempotency_in_progress') problems.push(`409 with the code ${code}`);
    if (!retryAfter) problems.push('409 without Retry-After');
  }
  const first = done.filter(({ replayed }) => !replayed);
  // The answer is kept before it leaves, so only one caller can ever get it as the first. It may die on its way
  // with its process; then all others get the kept one, or whoever takes the key over is the first to be told.
  const firsts = killed ? [0, 1] : [1];
  if (!firsts.includes(first.length)) {
    problems.push(`${first.length} callers were the first (${first.map(timesOf).join(', ')})`);
  }
  if (done.length === 0) problems.push('nobody got an answer');
  const texts = new Set(done.map(({ status, text }) => `${status} ${text}`));
  if (texts.size > 1)
    problems.push(`${texts.size} different answers: ${[...texts].join(' | ').slice(0, 600)}`);
  return problems;
}

/** The same key with another body: refused, whatever became of the first. */
export function mismatchProblems({ status, code, text }: KeyAnswer): string[] {
  if (status === 422 && code === 'idempotency_key_reused') return [];
  return [`another body under the same key was answered ${status}: ${text.slice(0, 200)}`];
}

function timesOf({ from, to }: KeyAnswer): string {
  return `${Math.round(from)}–${Math.round(to)} ms`;
}
