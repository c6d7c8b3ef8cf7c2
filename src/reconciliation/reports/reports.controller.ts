import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ObjectId, Principal } from '../../common/index.js';
import { sendPdf } from '../../documents/index.js';
import { Access, ApiErrors, Caller, Exports, PathId } from '../../http/index.js';
import { itemsOf } from '../items/item.source.js';
import { RunReader } from '../runs/run.reader.js';
import { REPORT_CSV } from './report.csv.js';
import { ReportDto, ReportQuery } from './report.dto.js';
import { reportPdf } from './report.pdf.js';
import { Reports } from './reports.service.js';

const FILE = { schema: { type: 'string', format: 'binary' }, example: 'the bytes of the file' };

@ApiTags('reconciliation')
@Controller('api/v1/reconciliation/runs')
export class ReportsController {
  constructor(
    private readonly runs: RunReader,
    private readonly reports: Reports,
    private readonly exports: Exports,
  ) {}

  @Get(':id/report')
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'What a run found',
    description:
      'As JSON; with `?format=pdf` as a document; with `?format=csv` every item as a row.',
  })
  @ApiExtraModels(ReportDto)
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ReportDto) } },
      'application/pdf': FILE,
      'text/csv': FILE,
    },
  })
  @ApiErrors(400, 403, 404)
  async report(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() query: ReportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const run = await this.runs.read(caller, id);
    const name = `reconciliation-${run.id}`;
    if (query.format === 'csv') {
      const source = itemsOf(caller, run.id);
      return this.exports.streamCsv(reply, {
        filename: `${name}.csv`,
        columns: REPORT_CSV,
        source,
        query,
      });
    }
    const report = await this.reports.of(run);
    if (query.format !== 'pdf') return void reply.send(report);
    sendPdf(reply, `${name}.pdf`, await reportPdf(report));
  }
}
