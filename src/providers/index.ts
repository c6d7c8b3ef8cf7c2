export { Gateway } from './gateway.decorator.js';
export { gatewaySettings } from './gateways.js';
export { mtnProvision } from './mtn-momo/mtn-momo.command.js';
export * from './port/provider.errors.js';
export * from './port/provider.port.js';
export { ProvidersModule } from './providers.module.js';
export { Providers } from './providers.registry.js';
