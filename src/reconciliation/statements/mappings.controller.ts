import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../common/index.js';
import { Access, ApiErrors, Caller } from '../../http/index.js';
import {
  MappingDto,
  presentMapping,
  PROVIDER_CODES,
  readMapping,
  SetMappingDto,
} from './mapping.dto.js';
import { laidOver, Mappings } from './mappings.service.js';
import { usualMapping } from './statement.mapping.js';

@ApiTags('reconciliation')
@Controller('api/v1/reconciliation/mappings')
export class MappingsController {
  constructor(private readonly mappings: Mappings) {}

  @Get()
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'How statements of each gateway are read' })
  @ApiOkResponse({ type: [MappingDto] })
  @ApiErrors(403)
  async list(@Caller() caller: Principal): Promise<MappingDto[]> {
    const own = await this.mappings.own(caller.accountId);
    return PROVIDER_CODES.map((code) => {
      const set = own.get(code) ?? {};
      const builtIn = Object.keys(set).length === 0;
      return presentMapping(code, laidOver(usualMapping(code), set), builtIn);
    });
  }

  @Put()
  @Access('admin')
  @ApiOperation({
    summary: 'Set how statements of a gateway are read',
    description: 'Replaces what the account has set before; it lies over the built-in mapping.',
  })
  @ApiOkResponse({ type: MappingDto })
  @ApiErrors(400, 403)
  async set(@Caller() caller: Principal, @Body() body: SetMappingDto): Promise<MappingDto> {
    const mapping = readMapping(body.mapping ?? {});
    const laid = await this.mappings.set(caller, body.provider, mapping);
    return presentMapping(body.provider, laid, Object.keys(mapping).length === 0);
  }
}
