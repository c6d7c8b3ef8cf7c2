import { Body, Controller, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import { Properties } from './properties.service.js';
import { propertiesOf } from './properties.source.js';
import { PropertyDto } from './property.dto.js';
import { presentProperty } from './property.presenter.js';
import { CreatePropertyDto, PropertiesQuery, UpdatePropertyDto } from './property-requests.dto.js';
import type { PropertyRow } from './property.types.js';

@ApiTags('properties')
@Controller('api/v1/properties')
export class PropertiesController {
  constructor(
    private readonly properties: Properties,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'List hotels, houses, lodges and venues' })
  @ApiList(PropertyDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: PropertiesQuery,
  ): Promise<ListEnvelope<PropertyDto>> {
    return this.lists.list<PropertyRow, PropertyDto>(
      request,
      query,
      propertiesOf(caller, query),
      (row) => presentProperty(row, caller),
    );
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read a property' })
  @ApiOkResponse({ type: PropertyDto })
  @ApiErrors(404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<PropertyDto> {
    return presentProperty(await this.properties.read(caller, id), caller);
  }

  @Post()
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Create a property' })
  @ApiCreatedResponse({ type: PropertyDto })
  @ApiErrors(400)
  async create(@Caller() caller: Principal, @Body() body: CreatePropertyDto): Promise<PropertyDto> {
    return presentProperty(await this.properties.create(caller, body), caller);
  }

  @Patch(':id')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Change a property' })
  @ApiOkResponse({ type: PropertyDto })
  @ApiErrors(400, 404)
  async change(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: UpdatePropertyDto,
  ): Promise<PropertyDto> {
    return presentProperty(await this.properties.change(caller, id, body), caller);
  }
}
