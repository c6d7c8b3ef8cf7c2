/** One kind of request. `{{name}}` in path, headers and body stands for a value of `vary`, or for `{{key}}`. */
export interface RequestPlan {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Values in turn: a range of whole numbers, or a list. */
  vary: Record<string, { from: number; count: number } | { list: string[] }>;
  /** The status of an answer that counts; every other one is a failure. */
  expect: number;
}

/** What a generator process is asked for: one line of JSON on its standard input. */
export interface LoadPlan {
  /** `http://127.0.0.1:3000` */
  url: string;
  connections: number;
  /** Requests in the first so many milliseconds are sent but not counted. */
  warmUpMs: number;
  /** Counted for so long, ms. */
  measureMs: number;
  /**
   * Requests per second, sent at their own times whatever the answers do, and timed from when they should
   * have been sent. Null: every connection sends its next one when it has its answer.
   */
  rate: number | null;
  /** Sends at most so many requests; with a rate exactly so many, however late. */
  limit: number | null;
  /** One of these in turn for every request. */
  requests: RequestPlan[];
  /** Where the first and the next values are taken from, so that repeated loads do not repeat requests. */
  offset: number;
}

/** What it says in return: one line of JSON on its standard output. Times in ms. */
export interface LoadResult {
  counted: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
  failures: number;
  /** Of the first failures, what was answered. */
  examples: string[];
  /** Share of one core that the generator itself took. */
  cores: number;
  /** How many requests were begun, so that the next load goes on behind them. */
  sent: number;
  /** With a rate: when each request should have been sent, ms since 1970, in the order of its values. */
  dueAt: number[];
}
