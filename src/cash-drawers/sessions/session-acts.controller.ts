import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import { Access, ApiErrors, Caller, ClaimId, Idempotent, PathId } from '../../http/index.js';
import { SessionClosing } from './session-closing.service.js';
import { SessionCounting } from './session-counting.service.js';
import { CloseSessionDto, CountDto, ReviewSessionDto } from './session-requests.dto.js';
import { SessionReview } from './session-review.service.js';
import { CashSessionDto } from './session.dto.js';
import { presentSession } from './session.presenter.js';

/** How a session ends. */
@ApiTags('cash drawers')
@Controller('api/v1/cash-drawers/sessions/:id')
export class CashSessionActsController {
  constructor(
    private readonly counting: SessionCounting,
    private readonly closing: SessionClosing,
    private readonly reviews: SessionReview,
  ) {}

  @Post('count')
  @HttpCode(200)
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({
    summary: 'Take the drawer out of service and say what was counted',
    description:
      'No cash is taken or given from then on. It may be counted again before the close.',
  })
  @ApiOkResponse({ type: CashSessionDto })
  @ApiErrors(400, 404, 409)
  async count(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: CountDto,
  ): Promise<CashSessionDto> {
    return presentSession(caller, await this.counting.count(caller, id, body.counted));
  }

  @Post('close')
  @HttpCode(200)
  @Access('cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Close a counted session: freeze its amounts and write its Z report',
    description:
      'What must be there is worked out from the events and frozen. A variance above the limit of the drawer needs a second person’s review before the drawer opens again. A close that fails changes nothing.',
  })
  @ApiOkResponse({ type: CashSessionDto })
  @ApiErrors(400, 404, 409, 422)
  async close(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: CloseSessionDto,
    @ClaimId() claimId: string | null,
  ): Promise<CashSessionDto> {
    return presentSession(caller, await this.closing.close(caller, id, body, claimId));
  }

  @Post('review')
  @HttpCode(200)
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Review a closed session as a second person',
    description:
      'By a staff member or administrator other than its cashier and who closed it. A variance above the limit is posted to cash over and short by this.',
  })
  @ApiOkResponse({ type: CashSessionDto })
  @ApiErrors(400, 404, 409, 422)
  async review(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ReviewSessionDto,
    @ClaimId() claimId: string | null,
  ): Promise<CashSessionDto> {
    const notes = body.notes?.trim() ?? '';
    return presentSession(caller, await this.reviews.review(caller, id, notes, claimId));
  }
}
