import {
  applyDecorators,
  createParamDecorator,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import { ROLES, type Principal, type Role } from '../common/index.js';
import { RESTRICTED_EXTENSION } from './docs/api.extensions.js';

/** Metadata that the guard reads; a route without it fails the boot. */
export const ACCESS = 'malipo:access';
export type AccessPolicy = { public: true } | { public: false; roles: readonly Role[] };

/** Only these roles; none named: every logged-in user. */
export function Access(...roles: Role[]): MethodDecorator & ClassDecorator {
  const policy: AccessPolicy = { public: false, roles: roles.length > 0 ? roles : ROLES };
  const documented = roles.length > 0 ? [ApiExtension(RESTRICTED_EXTENSION, true)] : [];
  return applyDecorators(SetMetadata(ACCESS, policy), ApiBearerAuth(), ...documented);
}

/** No login needed: health, docs, log-in itself, gateways' callbacks. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(ACCESS, { public: true } satisfies AccessPolicy);
}

/** The caller that the guard put on the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const request = context.switchToHttp().getRequest<{ principal?: Principal }>();
  if (!request.principal) throw new Error('Caller() needs a route with Access(), not Public()');
  return request.principal;
});
