import type { WireRequest } from './draft.js';

const TRIES = 60;

/** Leaves out what a failure does not need: query, headers, fields of the body. `fails` sends it again. */
export async function shrink(
  wire: WireRequest,
  fails: (smaller: WireRequest) => Promise<boolean>,
): Promise<WireRequest> {
  let best = wire;
  let tries = 0;
  for (let again = true; again && tries < TRIES;) {
    again = false;
    for (const smaller of smallerOnes(best)) {
      tries += 1;
      if (tries > TRIES) break;
      if (await fails(smaller)) {
        best = smaller;
        again = true;
        break;
      }
    }
  }
  return best;
}

/** Each without one thing; the ones that lose most come first. */
export function smallerOnes(wire: WireRequest): WireRequest[] {
  const found: WireRequest[] = [];
  const [path = '', query] = wire.path.split('?');
  if (query !== undefined) {
    found.push({ ...wire, path });
    const parts = query.split('&');
    if (parts.length > 1) {
      parts.forEach((_, at) => {
        found.push({ ...wire, path: `${path}?${parts.filter((__, i) => i !== at).join('&')}` });
      });
    }
  }
  if (wire.body !== null) found.push({ ...wire, body: null }, ...smallerBodies(wire));
  for (const name of Object.keys(wire.headers)) {
    if (name === 'authorization' || name === 'content-type') continue;
    const { [name]: _, ...headers } = wire.headers;
    found.push({ ...wire, headers });
  }
  return found;
}

function smallerBodies(wire: WireRequest): WireRequest[] {
  try {
    const value = JSON.parse(wire.body?.toString('utf8') ?? '') as unknown;
    if (typeof value !== 'object' || value === null) return [];
    return Object.keys(value).map((name) => {
      const rest = Object.entries(value).filter(([key]) => key !== name);
      const smaller: unknown = Array.isArray(value)
        ? rest.map(([, one]) => one)
        : Object.fromEntries(rest);
      return { ...wire, body: Buffer.from(JSON.stringify(smaller)) };
    });
  } catch {
    return [];
  }
}
