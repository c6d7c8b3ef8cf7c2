import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import type { Config } from '../config/index.js';
import { createHttpApp, HealthRegistry } from '../http/index.js';
import { DEMO_PASSWORD, DEMO_USERS } from '../identity/index.js';
import type { DemoLogins } from './banner.js';
import type { OpenConfig } from './database.boot.js';
import { offerOnlyOperations } from './operations.only.js';
import type { Teardown } from './teardown.js';

export { seedDemo } from '../demo.js';

/** Who may log in where there are examples. */
export const demoLogins: DemoLogins = { password: DEMO_PASSWORD, users: DEMO_USERS };

/** The application of this process's role, ready for `listen`; `teardown` closes it. */
export async function openApplication(
  config: OpenConfig,
  teardown: Teardown,
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(AppModule.forRoot(config), config);
  await teardown.add('the application', () => close(app, config));
  if (config.role === 'worker') offerOnlyOperations(app);
  return app;
}

/** Not ready any more, one probe period of grace, then jobs, connections and the data source end in turn. */
async function close(app: NestFastifyApplication, config: Config): Promise<void> {
  app.get(HealthRegistry).beginShutdown();
  await delay(config.shutdownProbeMs);
  await app.close();
}
