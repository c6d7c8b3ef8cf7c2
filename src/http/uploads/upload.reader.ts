import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { DomainError, invalidField } from '../../common/index.js';
import { assertStorable } from '../server/body.parsers.js';
import type { UploadedFile, UploadFields } from './upload.types.js';

/** The field that the file comes in. */
export const FILE_FIELD = 'file';
const MAX_FIELDS = 50;
const MAX_FIELD_BYTES = 16 * 1024;
/** What the texts beside the file and the parts' headers may add to its size, in bytes. */
const MARGIN_BYTES = 128 * 1024;

/**
 * Reads a multipart body with one file, never holding more than `maxBytes` of it.
 * @throws DomainError that names `file`, or the text field at fault
 */
export async function readUpload(
  request: FastifyRequest,
  maxBytes: number,
): Promise<{ file: UploadedFile; fields: UploadFields }> {
  if (!request.isMultipart()) throw invalidField(FILE_FIELD, 'send it as multipart/form-data');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + MARGIN_BYTES) {
    throw tooLarge(maxBytes);
  }
  try {
    const { file, fields } = await readParts(request, maxBytes);
    if (!file || (file.filename === '' && file.bytes.length === 0)) {
      throw new DomainError('invalid', 'validation_failed', `${FILE_FIELD} is required`, {
        errors: { [FILE_FIELD]: ['is required'] },
      });
    }
    if (file.bytes.length === 0) throw invalidField(FILE_FIELD, 'is empty');
    assertStorable(fields);
    return { file, fields };
  } catch (error) {
    throw problemOf(error, maxBytes);
  } finally {
    // What was not read must flow away, or the connection could carry no further request.
    request.raw.resume();
  }
}

async function readParts(
  request: FastifyRequest,
  maxBytes: number,
): Promise<{ file: UploadedFile | null; fields: UploadFields }> {
  let file: UploadedFile | null = null;
  const fields: UploadFields = {};
  const limits = {
    files: 1,
    fileSize: maxBytes,
    fields: MAX_FIELDS,
    fieldSize: MAX_FIELD_BYTES,
    parts: MAX_FIELDS + 1,
  };
  for await (const part of request.parts({ limits })) {
    if (isFile(part)) file = await readFile(part);
    else addField(fields, part);
  }
  return { file, fields };
}

function isFile(part: Multipart): part is MultipartFile {
  return part.type === 'file';
}

async function readFile(part: MultipartFile): Promise<UploadedFile> {
  const bytes = await part.toBuffer();
  if (part.fieldname !== FILE_FIELD) {
    throw invalidField(part.fieldname, `is no file; send the file in the field ${FILE_FIELD}`);
  }
  return { filename: part.filename ?? '', bytes };
}

function addField(
  fields: UploadFields,
  { fieldname, value, valueTruncated }: MultipartValue,
): void {
  if (fieldname === FILE_FIELD) throw invalidField(FILE_FIELD, 'must be a file, not a text');
  if (typeof value !== 'string') throw invalidField(fieldname, 'must be a text');
  if (valueTruncated) throw invalidField(fieldname, `must be at most ${MAX_FIELD_BYTES} bytes`);
  const earlier = fields[fieldname];
  fields[fieldname] = earlier === undefined ? value : [earlier, value].flat();
}

function tooLarge(maxBytes: number): DomainError {
  const words = `must be at most ${sizeInWords(maxBytes)}`;
  return invalidField(FILE_FIELD, words);
}

/** `5 MB`, `1.5 MB`, `200 KB`; 1 MB is 1024 KB. */
function sizeInWords(bytes: number): string {
  const kilobytes = bytes / 1024;
  return kilobytes < 1024
    ? `${Math.round(kilobytes * 10) / 10} KB`
    : `${Math.round((kilobytes / 1024) * 10) / 10} MB`;
}

/** The parser's own refusals in our words; what is left of them is a body that is no form or broke off. */
function problemOf(error: unknown, maxBytes: number): unknown {
  if (error instanceof DomainError) return error;
  switch ((error as { code?: unknown }).code) {
    case 'FST_REQ_FILE_TOO_LARGE':
      return tooLarge(maxBytes);
    case 'FST_FILES_LIMIT':
      return invalidField(FILE_FIELD, 'send exactly one file');
    case 'FST_FIELDS_LIMIT':
    case 'FST_PARTS_LIMIT':
      return new DomainError('invalid', 'malformed_body', 'The form has too many fields');
    default:
      return new DomainError(
        'invalid',
        'malformed_body',
        'The multipart body is malformed or incomplete; send the file again',
        { errors: { [FILE_FIELD]: ['did not arrive whole'] }, cause: error },
      );
  }
}
