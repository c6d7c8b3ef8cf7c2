/**
 * Compares an answer with one that a document prints: every printed field must be there with the
 * printed JSON type. A printed null allows any value (it is null "until known"); values are compared by
 * the caller where they matter. Answers may carry more fields, never fewer.
 */
export function expectAsPrinted(actual: unknown, printed: unknown, path = 'answer'): void {
  if (printed === null) {
    expect({ path, present: actual !== undefined }).toEqual({ path, present: true });
    return;
  }
  expect({ path, type: typeOf(actual) }).toEqual({ path, type: typeOf(printed) });
  if (Array.isArray(printed)) {
    if (printed.length > 0) {
      expect({ path, filled: (actual as unknown[]).length > 0 }).toEqual({ path, filled: true });
      for (const item of actual as unknown[]) expectAsPrinted(item, printed[0], `${path}[]`);
    }
    return;
  }
  if (typeof printed === 'object') {
    for (const [field, value] of Object.entries(printed)) {
      expectAsPrinted((actual as Record<string, unknown>)[field], value, `${path}.${field}`);
    }
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
