import { Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS } from '../../http/index.js';

/** Fails the boot when a route says neither who may call it nor that everybody may. */
@Injectable()
export class RoutePolicies implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const open = this.routesWithoutPolicy();
    if (open.length > 0) {
      throw new Error(
        `routes without a policy: ${open.join(', ')}. Decorate each with Access(…roles) or Public().`,
      );
    }
  }

  private routesWithoutPolicy(): string[] {
    const open: string[] = [];
    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function') continue;
      const prototype: Record<string, unknown> = metatype.prototype;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name];
        if (typeof handler !== 'function') continue;
        const method: RequestMethod | undefined = Reflect.getMetadata(METHOD_METADATA, handler);
        if (method === undefined) continue;
        if (this.reflector.getAllAndOverride(ACCESS, [handler, metatype])) continue;
        open.push(`${describeRoute(metatype, handler, method)} (${metatype.name}.${name})`);
      }
    }
    return open;
  }
}

function describeRoute(controller: object, handler: object, method: RequestMethod): string {
  const paths = [controller, handler].map(
    (target): string => [Reflect.getMetadata(PATH_METADATA, target) ?? ''].flat()[0],
  );
  return `${RequestMethod[method]} /${paths
    .join('/')
    .replaceAll(/\/{2,}/g, '/')
    .replace(/^\//, '')}`;
}
