import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ObjectId, Principal } from '../../common/index.js';
import { sendPdf } from '../../documents/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  type ListEnvelope,
  ListQuery,
  type ListRequest,
  Lists,
  PathId,
} from '../../http/index.js';
import { DrawerReader } from '../drawers/drawer.reader.js';
import { ApiReport } from './report.decorators.js';
import { ReportQuery, XReportDto, ZChainDto, ZReportDto } from './report.dto.js';
import { xReportPdf, zReportPdf } from './report.pdf.js';
import { XReports } from './x-reports.service.js';
import { presentZReport } from './z-report.presenter.js';
import { Z_COLUMNS, ZReports } from './z-reports.service.js';

@ApiTags('cash drawers')
@Controller('api/v1/cash-drawers')
export class CashReportsController {
  constructor(
    private readonly xReports: XReports,
    private readonly zReports: ZReports,
    private readonly drawers: DrawerReader,
    private readonly lists: Lists,
  ) {}

  @Get('sessions/:id/x-report')
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({
    summary: 'The sums of a session so far',
    description:
      'At any time, and it changes nothing. In a blind session whoever counts gets no sums before the close.',
  })
  @ApiReport(XReportDto)
  @ApiErrors(400, 404)
  async x(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() { format }: ReportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const report = await this.xReports.make(caller, id);
    if (format !== 'pdf') return void reply.send(report);
    sendPdf(reply, `x-report-session-${report.session}.pdf`, await xReportPdf(report));
  }

  @Get('sessions/:id/z-report')
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({
    summary: 'The Z report of a closed session',
    description:
      'Numbered per drawer without gaps, never changed, and sealed with the hash of the report before.',
  })
  @ApiReport(ZReportDto)
  @ApiErrors(400, 404)
  async z(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() { format }: ReportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const report = presentZReport(await this.zReports.ofSession(caller, id));
    if (format !== 'pdf') return void reply.send(report);
    const name = `z-report-${report.drawer.id}-${report.number}.pdf`;
    sendPdf(reply, name, await zReportPdf(report));
  }

  @Get(':id/z-reports')
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'List the Z reports of a drawer' })
  @ApiList(ZReportDto)
  @ApiErrors(400, 404)
  async list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() query: ListQuery,
  ): Promise<ListEnvelope<ZReportDto>> {
    const drawer = await this.drawers.read(caller, id);
    const source = {
      select: Z_COLUMNS,
      from: 'cash_z_reports z',
      where: [{ sql: 'z.drawer_id = ?', params: [drawer.id] }],
      orderings: { number: 'z.number' },
      idColumn: 'z.id',
      createdColumn: 'z.created_at',
    };
    return this.lists.list(request, query, source, presentZReport);
  }

  @Get(':id/z-reports/verify')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Check the chain of a drawer’s Z reports, hash by hash' })
  @ApiOkResponse({ type: ZChainDto })
  @ApiErrors(404)
  verify(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<ZChainDto> {
    return this.zReports.verify(caller, id);
  }
}
