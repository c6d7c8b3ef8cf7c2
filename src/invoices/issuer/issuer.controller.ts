import { Body, Controller, Delete, Get, HttpCode, Patch, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../common/index.js';
import type { PaperIssuer } from '../../documents/index.js';
import {
  Access,
  ApiErrors,
  ApiUpload,
  Caller,
  Upload,
  type UploadedFile,
} from '../../http/index.js';
import { IssuerDto, UpdateIssuerDto } from './issuer.dto.js';
import { Issuers } from './issuer.service.js';

/** Who invoices and credit notes are from. */
@ApiTags('invoices')
@Controller('api/v1/payments/invoices/issuer')
export class IssuerController {
  constructor(private readonly issuers: Issuers) {}

  @Get()
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'What the papers of your account say of it' })
  @ApiOkResponse({ type: IssuerDto })
  async read(@Caller() caller: Principal): Promise<IssuerDto> {
    return present(await this.issuers.read(caller.accountId));
  }

  @Patch()
  @Access('admin')
  @ApiOperation({
    summary: 'Change it for papers to come',
    description: 'What is issued keeps what it said.',
  })
  @ApiOkResponse({ type: IssuerDto })
  @ApiErrors(400)
  async change(@Caller() caller: Principal, @Body() body: UpdateIssuerDto): Promise<IssuerDto> {
    return present(await this.issuers.change(caller, body));
  }

  @Put('logo')
  @Access('admin')
  @ApiUpload()
  @ApiOperation({ summary: 'Set the logo: a PNG or JPEG of at most 512 KiB' })
  @ApiOkResponse({ type: IssuerDto })
  @ApiErrors(400)
  async setLogo(@Caller() caller: Principal, @Upload() file: UploadedFile): Promise<IssuerDto> {
    return present(await this.issuers.setLogo(caller, file));
  }

  @Delete('logo')
  @HttpCode(204)
  @Access('admin')
  @ApiOperation({ summary: 'Remove the logo' })
  @ApiNoContentResponse()
  removeLogo(@Caller() caller: Principal): Promise<void> {
    return this.issuers.removeLogo(caller);
  }
}

function present({ logo_file_id: logo, ...issuer }: PaperIssuer): IssuerDto {
  return { ...issuer, has_logo: Boolean(logo) };
}
