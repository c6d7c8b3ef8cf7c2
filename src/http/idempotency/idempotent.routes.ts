import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS, type AccessPolicy } from '../access.decorator.js';
import { IDEMPOTENT, type IdempotencyOptions } from './idempotent.decorator.js';

/** Stops the boot when a guest's idempotency keys would have no scope of their own. */
@Injectable()
export class IdempotentRoutes implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getControllers()) {
      if (!instance || !metatype) continue;
      const prototype = Object.getPrototypeOf(instance) as Record<string, unknown>;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        this.check(metatype, prototype[name], `${metatype.name}.${name}`);
      }
    }
  }

  private check(controller: object, handler: unknown, label: string): void {
    if (typeof handler !== 'function') return;
    const options = this.reflector.get<IdempotencyOptions | undefined>(
      IDEMPOTENT,
      handler as never,
    );
    const policy = this.reflector.getAllAndOverride<AccessPolicy | undefined>(ACCESS, [
      handler as never,
      controller as never,
    ]);
    if (options && policy?.public && !options.guestScope) {
      throw new Error(
        `${label} is public and idempotent: tell Idempotent() what a guest pays with guestScope`,
      );
    }
  }
}
