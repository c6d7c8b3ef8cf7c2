import { ApiProperty } from '@nestjs/swagger';
import { CHAIN_FAULTS, type ChainFault } from './chain/chain.types.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** Something that happened, who did it, and what it changed. */
export class AuditDto {
  @ApiProperty({ example: 311 })
  id!: number;

  @ApiProperty({ example: '2026-01-23T05:12:07.512Z' })
  at!: string;

  @ApiProperty({
    example: 'gateway:azampay',
    description: 'User name, or `system`, `guest`, `gateway:<provider>`.',
  })
  actor!: string;

  @ApiProperty({ type: Number, nullable: true, example: null, description: 'User id of a person.' })
  actor_id!: number | null;

  @ApiProperty({ example: 'gateway' })
  role!: string;

  @ApiProperty({ example: 'payment.completed' })
  action!: string;

  @ApiProperty({ example: 'payment' })
  object_type!: string;

  @ApiProperty({ example: 69 })
  object_id!: number;

  @ApiProperty({ type: Number, nullable: true, example: 69 })
  payment!: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { status: ['processing', 'completed'], amount: '50000.00', currency: 'TZS' },
    description: 'What changed, often as `[before, after]`.',
  })
  changes!: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, example: '0f8fad5b-d9cb-469f-a165-70867728950e' })
  request_id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: HASH,
    description: 'SHA-256 that chains the entry to all before it; null until it is sealed.',
  })
  hash!: string | null;
}

class ChainHeadDto {
  @ApiProperty({ example: 1342 })
  seq!: number;

  @ApiProperty({ example: HASH })
  hash!: string;
}

class BrokenRowDto {
  @ApiProperty({ type: Number, nullable: true, example: 311 })
  entry_id!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 298 })
  seq!: number | null;

  @ApiProperty({ enum: CHAIN_FAULTS, example: 'entry_altered' })
  reason!: ChainFault;
}

/** Whether the trail is as it was written. */
export class ChainVerdictDto {
  @ApiProperty({ example: true })
  valid!: boolean;

  @ApiProperty({ example: 1342, description: 'Seals found sound, from the first on.' })
  checked!: number;

  @ApiProperty({ example: 3, description: 'Entries written and not sealed yet.' })
  pending!: number;

  @ApiProperty({
    type: ChainHeadDto,
    description: 'Note it elsewhere: sent back later, it proves that nothing before was rewritten.',
  })
  head!: ChainHeadDto;

  @ApiProperty({
    type: BrokenRowDto,
    nullable: true,
    example: null,
    description: 'The first broken row; null while the trail is valid.',
  })
  broken!: BrokenRowDto | null;
}
