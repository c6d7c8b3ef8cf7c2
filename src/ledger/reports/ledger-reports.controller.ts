import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../common/index.js';
import {
  Access,
  ApiCsv,
  ApiErrors,
  ApiList,
  Caller,
  Exports,
  type ListEnvelope,
  type ListRequest,
  Lists,
} from '../../http/index.js';
import {
  AtQuery,
  EntriesQuery,
  LedgerAccountDto,
  LedgerEntryDto,
  TrialBalanceDto,
} from './ledger-reports.dto.js';
import { type EntryRow, LedgerReports, presentEntry } from './ledger-reports.service.js';

const COLUMNS = (
  [
    'id',
    'journal',
    'created_at',
    'account_code',
    'currency',
    'amount',
    'fact',
    'source_type',
    'source_id',
    'payment',
    'memo',
  ] as const
).map((title) => ({ title, value: (row: EntryRow) => presentEntry(row)[title] }));

/** The double-entry books of the caller's account. */
@ApiTags('ledger')
@Controller('api/v1/ledger')
export class LedgerReportsController {
  constructor(
    private readonly reports: LedgerReports,
    private readonly lists: Lists,
    private readonly exports: Exports,
  ) {}

  @Get('accounts')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Balances of all ledger accounts, now or at a date' })
  @ApiOkResponse({ type: [LedgerAccountDto] })
  @ApiErrors(400, 401, 403)
  accounts(@Caller() caller: Principal, @Query() query: AtQuery): Promise<LedgerAccountDto[]> {
    return this.reports.accounts(caller, query);
  }

  @Get('trial-balance')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Debits and credits per currency, now or at a date' })
  @ApiOkResponse({ type: TrialBalanceDto })
  @ApiErrors(400, 401, 403)
  trialBalance(@Caller() caller: Principal, @Query() query: AtQuery): Promise<TrialBalanceDto> {
    return this.reports.trialBalance(caller, query);
  }

  @Get('entries')
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Entries of the books: what a balance is made of',
    description: 'Each names its journal, what that was posted for, and the payment it belongs to.',
  })
  @ApiList(LedgerEntryDto)
  @ApiErrors(400, 401, 403)
  entries(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: EntriesQuery,
  ): Promise<ListEnvelope<LedgerEntryDto>> {
    return this.lists.list(request, query, this.reports.entries(caller, query), presentEntry);
  }

  @Get('entries/export')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'The same entries as a CSV file' })
  @ApiCsv(
    'id,journal,created_at,account_code,currency,amount\r\n41,12,2026-01-23T05:12:00.000Z,clearing:azampay,TZS,50000.00\r\n',
  )
  @ApiErrors(400, 401, 403)
  async export(
    @Caller() caller: Principal,
    @Query() query: EntriesQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const source = this.reports.entries(caller, query);
    await this.exports.streamCsv<EntryRow>(reply, {
      filename: 'ledger-entries.csv',
      columns: COLUMNS,
      source,
      query,
    });
  }
}
