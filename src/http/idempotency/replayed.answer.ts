/** Thrown to answer with what was answered before: only the error filter can set any status and bytes. */
export class ReplayedAnswer extends Error {
  constructor(
    readonly status: number,
    readonly body: Buffer,
  ) {
    super('replayed answer');
  }
}
