import {
  applyDecorators,
  createParamDecorator,
  SetMetadata,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { UploadedFile } from './upload.types.js';

/** Metadata that the upload interceptor reads. */
export const UPLOAD = 'malipo:upload';

export interface UploadOptions {
  /** DTO of the texts that come beside the file, for the route's `@Body()`; they arrive as strings. */
  fields?: Type;
  /** Largest file in bytes, where the route takes larger ones than the setting says. */
  maxBytes?: number;
  /** What the file is, as the documentation shows it. */
  description?: string;
  example?: string;
}

const FILE_SCHEMA = { type: 'string', format: 'binary' };

/** The route takes one file as `multipart/form-data`, in the field `file`; the handler gets it by `@Upload()`. */
export function ApiUpload(options: UploadOptions = {}): MethodDecorator {
  const { fields, description = 'PDF, JPEG, PNG or WebP', example = 'receipt.pdf' } = options;
  const properties = { file: { ...FILE_SCHEMA, description, example } };
  const file = { type: 'object', required: ['file'], properties };
  return applyDecorators(
    SetMetadata(UPLOAD, options),
    RouteConfig({ upload: true }),
    ...(fields ? [ApiExtraModels(fields)] : []),
    ApiConsumes('multipart/form-data'),
    ApiBody({ schema: fields ? { allOf: [file, { $ref: getSchemaPath(fields) }] } : file }),
  );
}

/** The file of an `ApiUpload()` route. */
export const Upload = createParamDecorator(
  (_: unknown, context: ExecutionContext): UploadedFile => {
    const { upload } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!upload) throw new Error('Upload() needs a route with ApiUpload()');
    return upload;
  },
);
