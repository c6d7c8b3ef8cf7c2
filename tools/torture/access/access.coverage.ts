import type { OpenApiDocument } from '../desk/openapi.document.js';
import type { AccessRow } from './access.row.js';

export function nameOf({ method, path }: { method: string; path: string }): string {
  return `${method} ${path}`;
}

/** Routes of the document that no row expects anything of, and rows of no route. */
export function uncovered(document: OpenApiDocument, rows: readonly AccessRow[]): string[] {
  const known = new Set(rows.map(({ route }) => route));
  const documented = new Set(document.routes.map(nameOf));
  return [
    ...[...documented]
      .filter((name) => !known.has(name))
      .map((name) => `nobody says who may ${name}`),
    ...[...known].filter((name) => !documented.has(name)).map((name) => `there is no ${name}`),
  ];
}
