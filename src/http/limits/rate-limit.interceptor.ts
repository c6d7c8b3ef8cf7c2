import { isIPv6 } from 'node:net';
import { Injectable, type CallHandler, type ExecutionContext } from '@nestjs/common';
import type { NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import type { LimitName } from './limit.rules.js';
import { RATE_LIMIT } from './rate-limit.decorator.js';
import { RateLimits } from './rate-limits.service.js';

/** Counts every request of a controller once: per user where one is known, else per address. */
@Injectable()
export class RateLimitInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const name =
      this.reflector.getAllAndOverride<LimitName | 'none' | undefined>(RATE_LIMIT, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'caller';
    if (name !== 'none') {
      const request = context.switchToHttp().getRequest<FastifyRequest>();
      await this.limits.consume(name, callerKey(request));
    }
    return next.handle();
  }
}

/** Who is counted. Also for rooms with limits of their own, such as log-in. */
export function callerKey(request: Pick<FastifyRequest, 'principal' | 'ip'>): string {
  return request.principal ? `user:${request.principal.userId}` : addressKey(request.ip);
}

/** One household or server has a whole IPv6 /64, so that is what is counted. */
export function addressKey(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped) return `ip:${mapped}`;
  if (!isIPv6(ip)) return `ip:${ip}`;
  const [head = '', tail = ''] = (ip.split('%')[0] ?? '').split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = ip.includes('::') ? [...left, ...zeros, ...right] : left;
  return `ip:${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
