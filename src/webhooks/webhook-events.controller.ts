import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  type ListEnvelope,
  type ListRequest,
  Lists,
  PathId,
} from '../http/index.js';
import {
  presentEvent,
  presentEventDetail,
  ReplayDto,
  WebhookEventDetailDto,
  WebhookEventDto,
  WebhookEventsQuery,
} from './webhook-event.dto.js';
import { WebhookEvents } from './webhook-events.service.js';

@ApiTags('webhook events')
@Controller('api/v1/webhook-events')
@Access('admin')
export class WebhookEventsController {
  constructor(
    private readonly lists: Lists,
    private readonly events: WebhookEvents,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List notifications of gateways; `status=parked` lists what waits for a person',
    description:
      'Those matched to your account. Those matched to none are shown to administrators of the default account.',
  })
  @ApiList(WebhookEventDto)
  @ApiErrors(400, 403, 404)
  list(
    @Caller() caller: Principal,
    @Req() request: ListRequest,
    @Query() query: WebhookEventsQuery,
  ): Promise<ListEnvelope<WebhookEventDto>> {
    return this.lists.list(request, query, this.events.source(caller, query), presentEvent);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a notification with its headers and body, secrets masked' })
  @ApiOkResponse({ type: WebhookEventDetailDto })
  @ApiErrors(403, 404)
  async read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<WebhookEventDetailDto> {
    return presentEventDetail(await this.events.read(caller, id));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Process a notification again',
    description: 'What it has done before is not done twice. Read it again to learn the outcome.',
  })
  @ApiOkResponse({ type: WebhookEventDto })
  @ApiErrors(400, 403, 404)
  async replay(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ReplayDto,
  ): Promise<WebhookEventDto> {
    return presentEvent(await this.events.replay(caller, id, body.reason ?? null));
  }
}
