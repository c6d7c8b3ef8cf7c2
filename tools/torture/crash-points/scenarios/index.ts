import { cash, login, transfer } from './desk.scenarios.js';
import { mtn, stripe } from './hosted.scenario.js';
import { order } from './order.scenario.js';
import { prompted } from './prompted.scenario.js';
import type { Scenario } from './scenario.js';

export type { Scenario, Scene } from './scenario.js';

export const SCENARIOS: readonly Scenario[] = [prompted, stripe, mtn, cash, transfer, order, login];
