import { DiscoveryService } from '@nestjs/core';

/** Marks a class that implements `PaymentProvider`, so that the registry finds it. */
export const Gateway = DiscoveryService.createDecorator();
