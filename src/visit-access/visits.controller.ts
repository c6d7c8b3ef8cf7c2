import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { ObjectId, Principal } from '../common/index.js';
import { Access, ApiErrors, Caller, ClaimId, Idempotent, PathId } from '../http/index.js';
import {
  ActiveVisitDto,
  InitiatedVisitDto,
  VerifiedVisitDto,
  VisitStatusDto,
} from './visit.dto.js';
import {
  presentActive,
  presentInitiated,
  presentStatus,
  presentVerified,
} from './visit.presenter.js';
import { InitiateVisitDto, VerifyVisitDto } from './visit-requests.dto.js';
import { VisitStatuses } from './visit-status.service.js';
import { VisitVerification } from './visit-verification.service.js';
import { Visits } from './visits.service.js';

@ApiTags('visits')
@ApiExtraModels(InitiatedVisitDto, ActiveVisitDto)
@Controller('api/v1/properties/:property_id/visit')
export class VisitsController {
  constructor(
    private readonly statuses: VisitStatuses,
    private readonly visits: Visits,
    private readonly verification: VisitVerification,
  ) {}

  @Get('status')
  @Access()
  @ApiOperation({
    summary: 'Whether you have paid for a visit to a house',
    description:
      'While a paid visit of yours is active it tells how to reach the owner, and where.',
  })
  @ApiOkResponse({ type: VisitStatusDto })
  @ApiErrors(400, 404)
  async status(
    @Caller() caller: Principal,
    @Param('property_id', PathId) propertyId: ObjectId,
  ): Promise<VisitStatusDto> {
    return presentStatus(await this.statuses.read(caller, propertyId));
  }

  @Post('initiate')
  @HttpCode(200)
  @Access()
  @Idempotent()
  @ApiOperation({
    summary: 'Pay for a visit to a house by a prompt on your own phone',
    description:
      'Called again it answers the prompt that is under way, or the visit that is paid and active.',
  })
  @ApiBody({ type: InitiateVisitDto })
  @ApiOkResponse({
    schema: {
      oneOf: [{ $ref: getSchemaPath(InitiatedVisitDto) }, { $ref: getSchemaPath(ActiveVisitDto) }],
    },
  })
  @ApiErrors(400, 404, 409, 422, 429, 502, 503)
  async initiate(
    @Caller() caller: Principal,
    @Param('property_id', PathId) propertyId: ObjectId,
    @Body() body: InitiateVisitDto,
    @ClaimId() claimId: string | null,
  ): Promise<InitiatedVisitDto | ActiveVisitDto> {
    const wanted = {
      method: body.payment_method ?? 'mobile_money',
      network: body.mobile_money_provider ?? null,
    } as const;
    const initiated = await this.visits.initiate(caller, propertyId, wanted, claimId);
    return initiated.active
      ? presentActive(initiated.active)
      : presentInitiated(initiated.house, initiated.visitId, initiated.started);
  }

  @Post('verify')
  @HttpCode(200)
  @Access()
  @ApiOperation({
    summary: 'Verify the payment of a visit, and see contact and location',
    description: 'Asks the gateway where it has not told yet. Access ends after its hours.',
  })
  @ApiOkResponse({ type: VerifiedVisitDto })
  @ApiErrors(400, 404, 503)
  async verify(
    @Caller() caller: Principal,
    @Param('property_id', PathId) propertyId: ObjectId,
    @Body() body: VerifyVisitDto,
  ): Promise<VerifiedVisitDto> {
    const named = String(body.transaction_id).trim();
    const { house, visit, first } = await this.verification.verify(caller, propertyId, named);
    return presentVerified(house, visit, first);
  }
}
