import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { gatewayAdapters } from './gateways.js';
import { GatewayHttpClient } from './http/gateway-http.client.js';
import { Providers } from './providers.registry.js';

/** The gateways behind one port. Needs the global configuration. */
@Module({
  imports: [DiscoveryModule],
  providers: [GatewayHttpClient, Providers, ...gatewayAdapters],
  exports: [Providers],
})
export class ProvidersModule {}
