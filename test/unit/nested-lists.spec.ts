import type { Type } from '@nestjs/common';
import {
  CreateDrawerDto,
  UpdateDrawerDto,
} from '../../src/cash-drawers/drawers/drawer-requests.dto.js';
import {
  CloseSessionDto,
  CountDto,
  CountedAmount,
  OpenSessionDto,
} from '../../src/cash-drawers/sessions/session-requests.dto.js';
import { RequestValidationPipe } from '../../src/http/validation/request.validation.pipe.js';
import {
  CreateCreditNoteDto,
  CreateInvoiceDto,
} from '../../src/invoices/api/invoice-drafts.dto.js';

const pipe = new RequestValidationPipe();

/** The fields that a body is refused for. */
async function fieldsRefused(metatype: Type, body: unknown): Promise<string[]> {
  const error: unknown = await pipe
    .validateBody(body, { type: 'body', metatype }, false)
    .catch((reason: unknown) => reason);
  return Object.keys((error as { extra?: { errors?: object } }).extra?.errors ?? {});
}

describe('a list that stands where an object of a list belongs is refused, not read as an empty object', () => {
  it.each<[string, Type, string]>([
    ['lines of an invoice', CreateInvoiceDto, 'lines'],
    ['lines of a credit note', CreateCreditNoteDto, 'lines'],
    ['currencies of a drawer', CreateDrawerDto, 'currencies'],
    ['currencies of a changed drawer', UpdateDrawerDto, 'currencies'],
    ['an opening', OpenSessionDto, 'opening'],
    ['a count', CountDto, 'counted'],
    ['a count at closing', CloseSessionDto, 'counted'],
    ['denominations', CountedAmount, 'denominations'],
  ])('%s', async (_what, metatype, field) => {
    expect(await fieldsRefused(metatype, { [field]: [[]] })).toContain(field);
    expect(await fieldsRefused(metatype, { [field]: [[[[]]]] })).toContain(field);
  });
});
