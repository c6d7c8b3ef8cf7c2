import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { invalidField, type Principal } from '../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  type ListEnvelope,
  type ListRequest,
  Lists,
} from '../http/index.js';
import { auditTrail } from './audit-trail.source.js';
import { AuditVerifier } from './chain/audit-verifier.service.js';
import { AuditDto, ChainVerdictDto } from './audit.dto.js';
import { type AuditRow, presentAudit, presentVerdict } from './audit.presenter.js';
import { AuditQuery, ChainQuery } from './audit.query.js';

@ApiTags('audits')
@Controller('api/v1/payments/audits')
export class AuditsController {
  constructor(
    private readonly lists: Lists,
    private readonly verifier: AuditVerifier,
  ) {}

  @Access()
  @Get()
  @ApiOperation({
    summary: 'List audit entries',
    description:
      'Staff see those of their account, customers and owners those of payments that concern them.',
  })
  @ApiList(AuditDto)
  @ApiErrors(400, 404)
  list(
    @Caller() caller: Principal,
    @Req() request: ListRequest,
    @Query() query: AuditQuery,
  ): Promise<ListEnvelope<AuditDto>> {
    return this.lists.list(request, query, auditTrail(caller, query), (row: AuditRow) =>
      presentAudit(row, caller),
    );
  }

  @Access('admin')
  @Get('verify')
  @ApiOperation({
    summary: 'Verify the audit chain',
    description:
      'Recomputes every seal of the trail (all accounts share one chain; only ids and hashes are shown) and names the first broken row.',
  })
  @ApiOkResponse({ type: ChainVerdictDto })
  @ApiErrors(400)
  async verify(@Query() query: ChainQuery): Promise<ChainVerdictDto> {
    return presentVerdict(await this.verifier.verify(notedHead(query)));
  }
}

function notedHead({ seq, hash }: ChainQuery): { seq: string; hash: string } | null {
  if (seq === undefined && hash === undefined) return null;
  if (seq === undefined) throw invalidField('seq', 'send it together with hash');
  if (hash === undefined) throw invalidField('hash', 'send it together with seq');
  return { seq: BigInt(seq).toString(), hash: hash.toLowerCase() };
}
