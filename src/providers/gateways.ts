import type { Type } from '@nestjs/common';
import type { SettingsSection } from '../config/index.js';
import { azamPaySettings } from './azampay/azampay.config.js';
import { AzamPayProvider } from './azampay/azampay.provider.js';
import { chapaSettings } from './chapa/chapa.config.js';
import { ChapaProvider } from './chapa/chapa.provider.js';
import { mtnMomoSettings } from './mtn-momo/mtn-momo.config.js';
import { MtnMomoProvider } from './mtn-momo/mtn-momo.provider.js';
import { orangeMoneySettings } from './orange-money/orange-money.config.js';
import { OrangeMoneyProvider } from './orange-money/orange-money.provider.js';
import type { PaymentProvider } from './port/provider.port.js';
import { signedWebhookSettings } from './signed-webhook/signed-webhook.config.js';
import { SignedWebhookProvider } from './signed-webhook/signed-webhook.provider.js';
import { stripeSettings } from './stripe/stripe.config.js';
import { StripeProvider } from './stripe/stripe.provider.js';
import { waveSettings } from './wave/wave.config.js';
import { WaveProvider } from './wave/wave.provider.js';

/** Every gateway of this build: a new one is its folder and one line here. */
const GATEWAYS: readonly { adapter: Type<PaymentProvider>; settings: SettingsSection<unknown> }[] =
  [
    { adapter: AzamPayProvider, settings: azamPaySettings },
    { adapter: ChapaProvider, settings: chapaSettings },
    { adapter: MtnMomoProvider, settings: mtnMomoSettings },
    { adapter: OrangeMoneyProvider, settings: orangeMoneySettings },
    { adapter: SignedWebhookProvider, settings: signedWebhookSettings },
    { adapter: StripeProvider, settings: stripeSettings },
    { adapter: WaveProvider, settings: waveSettings },
  ];

export const gatewayAdapters = GATEWAYS.map(({ adapter }) => adapter);

/** Declared beside each gateway, read by the config loader together with everything else. */
export const gatewaySettings = GATEWAYS.map(({ settings }) => settings);
