import { getMetadataStorage, type ValidationError } from 'class-validator';
import { DomainError } from '../../common/index.js';

const REQUIRED = 'is required';

function knownFields(target: object): string {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(
    target.constructor,
    '',
    false,
    false,
  );
  return [...new Set(metadata.map((entry) => entry.propertyName))].join(', ');
}

function messagesOf(error: ValidationError): string[] {
  const constraints = error.constraints ?? {};
  if ('whitelistValidation' in constraints) {
    const known = error.target ? knownFields(error.target) : '';
    return [known ? `is not a known field; known are ${known}` : 'is not a known field'];
  }
  if (error.value === undefined || error.value === null) return [REQUIRED];
  const messages = Object.values(constraints).map((message) =>
    message.startsWith(`${error.property} `) ? message.slice(error.property.length + 1) : message,
  );
  return [...new Set(messages)];
}

function collect(
  errors: readonly ValidationError[],
  prefix: string,
  into: Map<string, string[]>,
  unknown: Map<string, string[]>,
): void {
  for (const error of errors) {
    const path = prefix + error.property;
    if (error.children?.length) collect(error.children, `${path}.`, into, unknown);
    if (!error.constraints) continue;
    const list = 'whitelistValidation' in error.constraints ? unknown : into;
    list.set(path, messagesOf(error));
  }
}

/** One sentence for one field: `booking_id is required`, `amount: must be a …`. */
export function fieldSentence(field: string, message: string): string {
  return message === REQUIRED ? `${field} ${REQUIRED}` : `${field}: ${message}`;
}

/** What class-validator found, as the error a caller sees: the first problem in words, all per field. */
export function validationProblem(errors: readonly ValidationError[]): DomainError {
  const fields = new Map<string, string[]>();
  const unknown = new Map<string, string[]>();
  collect(errors, '', fields, unknown);
  // What is missing or wrong matters more than what is too much, so unknown fields come last.
  const all = [...fields, ...unknown].slice(0, 50);
  const [field, messages] = all[0] ?? ['body', ['is not valid']];
  return new DomainError(
    'invalid',
    'validation_failed',
    fieldSentence(field, messages[0] ?? 'is not valid'),
    { errors: Object.fromEntries(all) },
  );
}
