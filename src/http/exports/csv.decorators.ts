import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';

/** Documents a CSV file; `example` shows its first lines, e.g. `id,amount\r\n1,5000.00\r\n`. */
export function ApiCsv(example: string): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({
      description:
        'All rows that the filters leave, as a file (RFC 4180, UTF-8 with byte order mark). Text that a spreadsheet would run as a formula starts with an apostrophe. A download that breaks off is incomplete.',
      headers: {
        'Content-Disposition': {
          schema: { type: 'string', example: 'attachment; filename="rows.csv"' },
        },
      },
      content: { 'text/csv': { schema: { type: 'string', example } } },
    }),
  );
}
