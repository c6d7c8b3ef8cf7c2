import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import { ERRORS_EXTENSION } from './api.extensions.js';
import type { ErrorExample } from './error.schemas.js';

/** Documents a list of `dto`: numbered pages, and keyset pages without a count. */
export function ApiList(dto: Type, description = 'One page'): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(dto),
    ApiOkResponse({
      description,
      schema: {
        type: 'object',
        required: ['next', 'previous', 'results'],
        properties: {
          count: {
            type: 'integer',
            description: 'Rows on all pages; absent from keyset pages',
            example: 1,
          },
          next: { type: 'string', format: 'uri', nullable: true, example: null },
          previous: { type: 'string', format: 'uri', nullable: true, example: null },
          results: { type: 'array', items: { $ref: getSchemaPath(dto) } },
        },
      },
    }),
  );
}

/**
 * Documents a route's errors, each by its status or with an example of its own. 401 and 429 are added to
 * every route that needs them.
 */
export function ApiErrors(...errors: (number | ErrorExample)[]): MethodDecorator & ClassDecorator {
  return ApiExtension(ERRORS_EXTENSION, errors);
}

/** Documents an answer that is a file to be saved. */
export function ApiDownload(description: string, ...mediaTypes: string[]): MethodDecorator {
  const media = { schema: { type: 'string', format: 'binary' }, example: 'the bytes of the file' };
  return ApiOkResponse({
    description,
    content: Object.fromEntries(mediaTypes.map((type) => [type, media])),
  });
}
