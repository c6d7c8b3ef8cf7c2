import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { Public } from '../access.decorator.js';
import { RateLimit } from '../limits/rate-limit.decorator.js';
import { Metrics } from './metrics.service.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

@Controller('metrics')
@ApiExcludeController()
@RateLimit('none')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricsToken'>,
  ) {}

  @Get()
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async show(@Req() request: FastifyRequest): Promise<string> {
    if (!isLocal(request) && !this.knowsToken(request)) {
      throw new DomainError(
        'unauthenticated',
        'metrics_token_required',
        'Metrics from elsewhere than this machine need Authorization: Bearer <METRICS_TOKEN>',
      );
    }
    return this.metrics.registry.metrics();
  }

  private knowsToken(request: FastifyRequest): boolean {
    const { metricsToken } = this.config;
    const sent = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (metricsToken === null || metricsToken === '' || sent === undefined) return false;
    return timingSafeEqual(digest(sent), digest(metricsToken));
  }
}

/** Straight from this machine: what a proxy here passes on comes from loopback too, but says so. */
function isLocal(request: FastifyRequest): boolean {
  const { headers } = request;
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers['x-real-ip'];
  return forwarded === undefined && LOOPBACK.test(request.socket.remoteAddress ?? '');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
