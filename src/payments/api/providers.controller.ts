import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiErrors } from '../../http/index.js';
import { PROVIDER_IDS, Providers } from '../../providers/index.js';
import { ProviderDto } from './answers.dto.js';
import { GatewayHealth } from './gateway-health.service.js';

@ApiTags('providers')
@Controller('api/v1/payments/providers')
export class ProvidersController {
  constructor(
    private readonly providers: Providers,
    private readonly health: GatewayHealth,
  ) {}

  @Get()
  @Access()
  @ApiOperation({
    summary: 'List the payment providers that can be used here',
    description:
      'With `health`, by which an app can offer another one while a gateway does badly. At most 10 s old.',
  })
  @ApiOkResponse({ type: [ProviderDto] })
  @ApiErrors(401)
  async list(): Promise<ProviderDto[]> {
    const enabled = this.providers.enabled();
    const healthOf = await this.health.of(enabled);
    return enabled.map((provider) => ({
      id: PROVIDER_IDS[provider.code],
      name: provider.name,
      description: provider.description,
      code: provider.code,
      currencies: [...provider.capabilities.currencies],
      methods: [...provider.capabilities.methods],
      mobile_money_providers: [...provider.capabilities.networks],
      flow: provider.capabilities.flow,
      refund: provider.capabilities.refund,
      health: healthOf(provider),
    }));
  }
}
