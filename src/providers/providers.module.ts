import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { gatewayAdapters } from './gateways.js';
import { GatewayHttpClient } from './http/gateway-http.client.js';
import { CashOnDeliveryProvider } from './tenders/cash-on-delivery.provider.js';
import { CashProvider } from './tenders/cash.provider.js';
import { ManualProvider } from './tenders/manual.provider.js';
import { Providers } from './providers.registry.js';

/** People confirm these; no settings enable them. */
const TENDERS = [CashProvider, CashOnDeliveryProvider, ManualProvider];

/** The gateways behind one port. Needs the global configuration. */
@Module({
  imports: [DiscoveryModule],
  providers: [GatewayHttpClient, Providers, ...TENDERS, ...gatewayAdapters],
  exports: [Providers],
})
export class ProvidersModule {}
