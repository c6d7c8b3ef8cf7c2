import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
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
import { AddressDto, CreateAddressDto, presentAddress, UpdateAddressDto } from './address.dto.js';
import { Addresses, addressesOf } from './addresses.service.js';

@ApiTags('addresses')
@Controller('orders/api/addresses')
export class AddressesController {
  constructor(
    private readonly addresses: Addresses,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'List your own addresses' })
  @ApiList(AddressDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: ListQuery,
  ): Promise<ListEnvelope<AddressDto>> {
    return this.lists.list(request, query, addressesOf(caller), presentAddress);
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read an address of yours' })
  @ApiOkResponse({ type: AddressDto })
  @ApiErrors(404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<AddressDto> {
    return presentAddress(await this.addresses.read(caller, id));
  }

  @Post()
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Add an address of yours' })
  @ApiCreatedResponse({ type: AddressDto })
  @ApiErrors(400)
  async create(@Caller() caller: Principal, @Body() body: CreateAddressDto): Promise<AddressDto> {
    return presentAddress(await this.addresses.create(caller, body));
  }

  @Patch(':id')
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({
    summary: 'Change an address of yours',
    description: 'Orders that were placed keep the address as it was.',
  })
  @ApiOkResponse({ type: AddressDto })
  @ApiErrors(400, 404)
  async change(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: UpdateAddressDto,
  ): Promise<AddressDto> {
    return presentAddress(await this.addresses.change(caller, id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Remove an address of yours' })
  @ApiNoContentResponse()
  @ApiErrors(404)
  async remove(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<void> {
    await this.addresses.remove(caller, id);
  }
}
