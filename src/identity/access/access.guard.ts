import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError, type Principal } from '../../common/index.js';
import { ACCESS, type AccessPolicy } from '../../http/index.js';
import { Callers } from './callers.service.js';
import { notAuthenticated, roleForbidden } from '../identity.errors.js';

/** Stands before every route and refuses what no policy allows. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: Callers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.getAllAndOverride<AccessPolicy | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    // The boot check names such a route; here it stays shut even where nothing ran that check.
    if (!policy) return false;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (policy.public) {
      request.principal = (await this.callerOfPublicRoute(request)) ?? undefined;
      return true;
    }
    const principal = await this.callers.identify(request.headers.authorization);
    if (!principal) throw notAuthenticated();
    if (!policy.roles.includes(principal.role)) throw roleForbidden(principal.role);
    request.principal = principal;
    return true;
  }

  /**
   * A gateway's callback may carry an authorization of its own, and a log-in an old token: neither may
   * be refused for it. Such a request is simply nobody's.
   */
  private async callerOfPublicRoute(request: FastifyRequest): Promise<Principal | null> {
    try {
      return await this.callers.identify(request.headers.authorization);
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }
}
