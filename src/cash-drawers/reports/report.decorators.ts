import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';

/** Documents a report that is answered as JSON, or with `?format=pdf` as a file. */
export function ApiReport(dto: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(dto),
    ApiOkResponse({
      description: 'The report; with `?format=pdf` as a file to be saved',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(dto) } },
        'application/pdf': {
          schema: { type: 'string', format: 'binary' },
          example: 'the bytes of the file',
        },
      },
    }),
  );
}
