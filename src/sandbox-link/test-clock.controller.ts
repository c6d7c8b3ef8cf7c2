import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Max, Min } from 'class-validator';
import { CONFIG, type Config } from '../config/index.js';
import { withSession } from '../database/index.js';
import { Public } from '../http/index.js';

/** Ten years either way: beyond that PostgreSQL's own limits come into sight. */
const FURTHEST_S = 315_360_000;

export class MoveClockDto {
  /** Seconds that due times see instead of zero; negative is the past. */
  @Min(-FURTHEST_S)
  @Max(FURTHEST_S)
  offset_s!: number;
}

/** Moves `app_now()`, for tests of expiry and polling. The application's own role may not do that. */
@Controller('api/v1/sandbox/clock')
@ApiExcludeController()
export class TestClockController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Post()
  @Public()
  @HttpCode(200)
  async move(@Body() { offset_s: offsetS }: MoveClockDto): Promise<{ offset_s: number }> {
    const { migrationUrl } = this.config.database;
    if (migrationUrl === null) throw new Error('no database is open');
    await withSession(migrationUrl, 'malipo test clock', (owner) =>
      owner.query('UPDATE app_clock SET offset_s = $1', [offsetS]),
    );
    return { offset_s: offsetS };
  }
}
