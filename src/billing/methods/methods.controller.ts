import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  ClaimId,
  Idempotent,
  type ListEnvelope,
  ListQuery,
  type ListRequest,
  Lists,
  PathId,
} from '../../http/index.js';
import { AccountMethods } from './account-methods.service.js';
import { accountMethodsOf } from './account-methods.source.js';
import { AvailableMethods } from './available-methods.service.js';
import { MethodConfigs } from './method-configs.service.js';
import {
  AccountMethodDto,
  AvailableMethodsDto,
  MethodConfigDto,
  presentAccountMethod,
  presentMethodConfig,
} from './method.dto.js';
import {
  AccountMethodsQuery,
  AvailableMethodsQuery,
  CreateAccountMethodDto,
  UpdateAccountMethodDto,
  UpdateMethodConfigDto,
} from './method-requests.dto.js';

@ApiTags('billing')
@Controller('api/v1/billing')
export class MethodsController {
  constructor(
    private readonly available: AvailableMethods,
    private readonly methods: AccountMethods,
    private readonly configs: MethodConfigs,
    private readonly lists: Lists,
  ) {}

  @Get('payment-methods/available')
  @Access()
  @ApiOperation({
    summary: 'List the methods by which your account can be paid',
    description:
      'Gateways of the deployment, and transfers as the account offers them, by country, currency and amount.',
  })
  @ApiOkResponse({ type: AvailableMethodsDto })
  @ApiErrors(400)
  listAvailable(
    @Caller() caller: Principal,
    @Query() query: AvailableMethodsQuery,
  ): Promise<AvailableMethodsDto> {
    return this.available.list(caller, query);
  }

  @Get('account-payment-methods')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'List where the account takes transfers, archived methods included' })
  @ApiList(AccountMethodDto)
  @ApiErrors(400)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: AccountMethodsQuery,
  ): Promise<ListEnvelope<AccountMethodDto>> {
    return this.lists.list(request, query, accountMethodsOf(caller, query), presentAccountMethod);
  }

  @Post('account-payment-methods')
  @Access('admin')
  @Idempotent()
  @ApiOperation({ summary: 'Offer a bank account or wallet for transfers' })
  @ApiCreatedResponse({ type: AccountMethodDto })
  @ApiErrors(400, 409)
  async create(
    @Caller() caller: Principal,
    @Body() body: CreateAccountMethodDto,
    @ClaimId() claimId: string | null,
  ): Promise<AccountMethodDto> {
    return presentAccountMethod(await this.methods.create(caller, body, claimId));
  }

  @Get('account-payment-methods/:id')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Read a method of the account' })
  @ApiOkResponse({ type: AccountMethodDto })
  @ApiErrors(404)
  async read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<AccountMethodDto> {
    return presentAccountMethod(await this.methods.read(caller, id));
  }

  @Patch('account-payment-methods/:id')
  @Access('admin')
  @ApiOperation({ summary: 'Change a method of the account' })
  @ApiOkResponse({ type: AccountMethodDto })
  @ApiErrors(400, 404, 409)
  async change(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: UpdateAccountMethodDto,
  ): Promise<AccountMethodDto> {
    return presentAccountMethod(await this.methods.change(caller, id, body));
  }

  @Post('account-payment-methods/:id/archive')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Offer a method no more; payments made by it keep it' })
  @ApiOkResponse({ type: AccountMethodDto })
  @ApiErrors(404)
  async archive(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<AccountMethodDto> {
    return presentAccountMethod(await this.methods.archive(caller, id));
  }

  @Get('payment-method-configs')
  @Access('admin')
  @ApiOperation({
    summary: 'List what the deployment offers at all',
    description: 'Kept by administrators of the default account, for all accounts.',
  })
  @ApiList(MethodConfigDto)
  @ApiErrors(400)
  listConfigs(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: ListQuery,
  ): Promise<ListEnvelope<MethodConfigDto>> {
    return this.lists.list(request, query, this.configs.sourceFor(caller), presentMethodConfig);
  }

  @Patch('payment-method-configs/:id')
  @Access('admin')
  @ApiOperation({ summary: 'Rename, order, limit or switch off a method for the whole deployment' })
  @ApiOkResponse({ type: MethodConfigDto })
  @ApiErrors(400, 404, 409)
  async changeConfig(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: UpdateMethodConfigDto,
  ): Promise<MethodConfigDto> {
    return presentMethodConfig(await this.configs.change(caller, id, body));
  }
}
