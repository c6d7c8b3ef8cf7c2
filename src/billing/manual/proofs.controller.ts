import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  ApiDownload,
  ApiUpload,
  sendAttachment,
  Upload,
  type UploadedFile,
} from '../../files/index.js';
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
import { presentProof, ProofDto } from './manual.dto.js';
import { PROOF_COLUMNS, PROOF_TABLES, type ProofRow } from './manual.types.js';
import { Proofs } from './proofs.service.js';

@ApiTags('billing')
@Controller('api/v1/billing/payments/:id/proofs')
@Access('customer', 'cashier', 'staff', 'admin')
export class ProofsController {
  constructor(
    private readonly proofs: Proofs,
    private readonly lists: Lists,
  ) {}

  @Post()
  @Idempotent()
  @ApiUpload()
  @ApiOperation({
    summary: 'Add a picture or paper that shows the transfer',
    description: 'By whoever submitted the payment, or staff. The payment’s version grows.',
  })
  @ApiCreatedResponse({ type: ProofDto })
  @ApiErrors(400, 404, 409)
  async add(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Upload() file: UploadedFile,
    @ClaimId() claimId: string | null,
  ): Promise<ProofDto> {
    return presentProof(await this.proofs.add(caller, id, file, claimId));
  }

  @Get()
  @ApiOperation({ summary: 'List the proofs of a payment' })
  @ApiList(ProofDto)
  @ApiErrors(400, 404, 409)
  async list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() query: ListQuery,
  ): Promise<ListEnvelope<ProofDto>> {
    const manual = await this.proofs.open(caller, id);
    return this.lists.list<ProofRow, ProofDto>(
      request,
      query,
      {
        select: PROOF_COLUMNS,
        from: PROOF_TABLES,
        where: [{ sql: 'x.payment_id = ?', params: [manual.payment_id] }],
        orderings: { id: 'x.id', size: 'f.size' },
        idColumn: 'x.id',
        createdColumn: 'x.created_at',
      },
      presentProof,
    );
  }

  @Get(':proof_id')
  @ApiOperation({ summary: 'Download a proof; it is never shown inline' })
  @ApiDownload(
    'The file as it was handed in',
    'application/pdf',
    'image/jpeg',
    'image/png',
    'image/webp',
  )
  @ApiErrors(404, 409)
  async download(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Param('proof_id', PathId) proofId: ObjectId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { file, bytes } = await this.proofs.read(caller, id, proofId);
    sendAttachment(reply, file, bytes);
  }
}
