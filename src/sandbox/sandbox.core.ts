import { Background } from './core/background.js';
import { Checkouts } from './core/checkouts.store.js';
import { Clock } from './core/clock.js';
import { EventBus } from './core/event.bus.js';
import { FaultBoard } from './core/faults.store.js';
import { Mails } from './core/mails.store.js';
import { Notifier } from './core/notifier.js';
import { Prompts } from './core/prompts.store.js';
import { Requests } from './core/requests.store.js';
import { Target } from './core/target.js';
import type { SandboxSettings } from './sandbox.options.js';

/** What every gateway builds on: the sandbox's memory, its clock, and the way back to the product. */
export interface Core {
  readonly settings: SandboxSettings;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly background: Background;
  readonly target: Target;
  readonly notifier: Notifier;
  readonly prompts: Prompts;
  readonly checkouts: Checkouts;
  readonly mails: Mails;
  readonly faults: FaultBoard;
  readonly requests: Requests;
}

export function createCore(settings: SandboxSettings, onError: (error: unknown) => void): Core {
  const clock = new Clock();
  const bus = new EventBus();
  const background = new Background(onError);
  const target = new Target(settings.malipoUrl);
  const prompts = new Prompts(clock, bus, settings.timings.promptLifetimeMs);
  return {
    settings,
    clock,
    bus,
    background,
    target,
    prompts,
    notifier: new Notifier(target, prompts, settings.timings.callbackTimeoutMs),
    checkouts: new Checkouts(clock, bus),
    mails: new Mails(clock, bus),
    faults: new FaultBoard(bus),
    requests: new Requests(bus),
  };
}
