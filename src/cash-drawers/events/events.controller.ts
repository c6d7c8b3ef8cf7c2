import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  ClaimId,
  Idempotent,
  type ListEnvelope,
  type ListRequest,
  Lists,
  PathId,
} from '../../http/index.js';
import { readSession } from '../sessions/session.query.js';
import { EventRecording } from './event-recording.service.js';
import { EventsQuery, RecordEventDto } from './event-requests.dto.js';
import { CashEventDto, presentEvent, presentRecorded, RecordedEventDto } from './event.dto.js';
import { eventsOf } from './event.query.js';

const EXAMPLES = {
  drop: {
    summary: 'Cash goes to the safe',
    value: { type: 'drop_to_safe', amount: '10000.00', currency: 'TZS', reason: 'Evening drop' },
  },
  payOut: {
    summary: 'Something small is paid from the drawer',
    value: { type: 'pay_out', amount: '1500.00', currency: 'TZS', reason: 'Printer paper' },
  },
  exchange: {
    summary: 'Dollars come in for shillings',
    value: {
      type: 'change_exchange',
      amount: '25000.00',
      currency: 'TZS',
      received_amount: '10.00',
      received_currency: 'USD',
    },
  },
  noSale: {
    summary: 'The drawer is opened, nothing goes in or out',
    value: { type: 'no_sale', reason: 'Change for the phone box' },
  },
  adjustment: {
    summary: 'Staff put right what the cashier recorded',
    value: {
      type: 'adjustment',
      direction: 'in',
      amount: '500.00',
      currency: 'TZS',
      reason: 'Pay-out recorded twice',
    },
  },
};

@ApiTags('cash drawers')
@Controller('api/v1/cash-drawers/sessions/:id/events')
export class CashEventsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly recording: EventRecording,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'List what happened to the cash in a session' })
  @ApiList(CashEventDto)
  @ApiErrors(400, 404)
  async list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() query: EventsQuery,
  ): Promise<ListEnvelope<CashEventDto>> {
    const session = await readSession(this.dataSource, caller, id);
    return this.lists.list(request, query, eventsOf(session.id, query), presentEvent);
  }

  @Post()
  @Access('cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Record cash that goes in or out without a payment, or a drawer that was opened',
  })
  @ApiBody({ type: RecordEventDto, examples: EXAMPLES })
  @ApiCreatedResponse({ type: RecordedEventDto })
  @ApiErrors(400, 404, 409, 422)
  async record(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: RecordEventDto,
    @ClaimId() claimId: string | null,
  ): Promise<RecordedEventDto> {
    return presentRecorded(await this.recording.record(caller, id, body, claimId));
  }
}
