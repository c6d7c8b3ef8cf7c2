import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access.decorator.js';
import { RateLimit } from '../limits/rate-limit.decorator.js';
import { HealthRegistry } from './health.registry.js';

@Controller('health')
@ApiExcludeController()
@RateLimit('none')
export class HealthController {
  constructor(private readonly health: HealthRegistry) {}

  /** The event loop turns; nothing else, or an outage of the database would restart every process. */
  @Get('live')
  @Public()
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  @Public()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { ready, checks } = await this.health.check();
    if (ready) return { status: 'ready', checks };
    reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    const notReady = Object.entries(checks).filter(([, result]) => result !== 'ok');
    return { status: 'not_ready', not_ready: Object.fromEntries(notReady), checks };
  }
}
