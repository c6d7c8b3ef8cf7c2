/** What a list needs to know of its request. */
export interface ListRequest {
  /** Path and query as they came, e.g. Fastify's `request.url`. */
  readonly url: string;
}

/**
 * The absolute URL of another page: same path with its documented trailing slash, same query, save what
 * `changes` sets or (null) removes.
 */
export function pageLink(
  publicUrl: string,
  request: ListRequest,
  changes: Readonly<Record<string, string | null>>,
): string {
  const mark = request.url.indexOf('?');
  const path = mark < 0 ? request.url : request.url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : request.url.slice(mark + 1));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return `${publicUrl}${path.endsWith('/') ? path : `${path}/`}${text ? `?${text}` : ''}`;
}
