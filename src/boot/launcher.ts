import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppModule } from '../app.module.js';
import { loadConfig, processEnvironment, type Config } from '../config/index.js';
import { seedDemo } from '../demo.js';
import { createHttpApp, HealthRegistry } from '../http/index.js';
import { DEMO_PASSWORD, DEMO_USERS } from '../identity/index.js';
import { gatewaySettings } from '../providers/index.js';
import { banner } from './banner.js';
import { BootError } from './boot.error.js';
import { openDatabase, prepareSchema, refuseMovedClock, type OpenConfig } from './database.boot.js';
import { offerOnlyOperations } from './operations.only.js';
import { SandboxProcess } from './sandbox.process.js';
import { Shutdown } from './shutdown.js';

/** Starts this process's part of the product and keeps it running until a signal; never throws. */
export async function launch(role?: Config['role']): Promise<void> {
  const startedAt = performance.now();
  const shutdown = new Shutdown();
  shutdown.listen();
  await shutdown.guard(async () => {
    const env = processEnvironment();
    const config = loadConfig(role ? { ...env, ROLE: role } : env, gatewaySettings);
    shutdown.graceMs = config.shutdownGraceMs;
    shutdown.verbose = config.logLevel === 'debug' || config.logLevel === 'trace';
    await start(config, shutdown);
    announce(config, performance.now() - startedAt);
  });
}

async function start(loaded: Config, shutdown: Shutdown): Promise<void> {
  const { teardown } = shutdown;
  const config = await openDatabase(loaded, teardown);
  await refuseTakenPort(config);
  await prepareSchema(config, loaded.database.url === null);
  await refuseMovedClock(config);
  if (config.demoData && config.role !== 'worker') await seedDemo(config.database);
  // Every role may need the gateways, but one looks after their stand-in.
  if (config.sandbox.enabled && config.role !== 'worker') await openSandbox(config, shutdown);
  const app = await createHttpApp(AppModule.forRoot(config), config);
  await teardown.add('the application', () => close(app, config));
  if (config.role === 'worker') offerOnlyOperations(app);
  await app.listen(config.port, config.host).catch((error: unknown) => refusePort(config, error));
}

/** A start that fails takes down only a sandbox of its own: an adopted one remembers what is in flight. */
async function openSandbox(config: OpenConfig, shutdown: Shutdown): Promise<void> {
  const sandbox = await SandboxProcess.startOrAdopt(config);
  await shutdown.teardown.add('the sandbox', async () => {
    if (sandbox.started || shutdown.started) await sandbox.stop();
  });
}

/** Not ready any more, one probe period of grace, then jobs, connections and the data source end in turn. */
async function close(app: NestFastifyApplication, config: Config): Promise<void> {
  app.get(HealthRegistry).beginShutdown();
  await delay(config.shutdownProbeMs);
  await app.close();
}

/** Asked before the sandbox is adopted: a second product must not take the first one's stand-in down. */
async function refuseTakenPort(config: Config): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen({ port: config.port, host: config.host }, resolve);
    });
  } catch (error) {
    refusePort(config, error);
  } finally {
    probe.close();
  }
}

function refusePort({ host, port }: Config, error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    throw new BootError(`PORT: ${port} is in use by another program; stop it or set another PORT`);
  }
  if (code === 'EACCES') {
    throw new BootError(`PORT: ${port} needs more rights than we have; use one above 1023`);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    throw new BootError(`HOST: ${host} is no address of this machine; use 127.0.0.1 or 0.0.0.0`);
  }
  throw error;
}

/** People get a page to read, log collectors a line. */
function announce(config: Config, startedInMs: number): void {
  const { production, role, host, port } = config;
  if (production || role !== 'all') {
    new Logger('Boot').log(
      `ready as ${role} on ${host}:${port} after ${Math.round(startedInMs)} ms`,
    );
    return;
  }
  const demo = config.demoData ? { password: DEMO_PASSWORD, users: DEMO_USERS } : null;
  process.stdout.write(banner(config, startedInMs, demo));
}
