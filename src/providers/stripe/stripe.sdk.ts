import type StripeSdk from 'stripe';
import { onDemand } from '../../common/index.js';

/** Stripe's own library, of which we use the signatures and the version of the API. */
export const stripeSdk = onDemand((require) => require('stripe') as typeof StripeSdk);
