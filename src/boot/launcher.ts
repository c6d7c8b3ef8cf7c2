import { Logger } from '@nestjs/common';
import { createServer } from 'node:net';
import { loadConfig, processEnvironment, type Config } from '../config/index.js';
import { gatewaySettings } from '../providers/index.js';
import { banner, type DemoLogins } from './banner.js';
import { BootError } from './boot.error.js';
import { openDatabase, prepareSchema, refuseMovedClock, type OpenConfig } from './database.boot.js';
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
    const demo = await start(config, shutdown);
    announce(config, performance.now() - startedAt, demo);
  });
}

/** @returns the examples' users, null where there are none */
async function start(loaded: Config, shutdown: Shutdown): Promise<DemoLogins | null> {
  const { teardown } = shutdown;
  // Most of the product is read while the database is asked.
  const loading = import('./application.js');
  // Awaited below, unless the database's trouble ends the start before.
  loading.catch(() => undefined);
  const config = await openDatabase(loaded, teardown);
  await refuseTakenPort(config);
  await prepareSchema(config, loaded.database.url === null);
  await refuseMovedClock(config);
  const { demoLogins, openApplication, seedDemo } = await loading;
  if (config.demoData && config.role !== 'worker') await seedDemo(config.database);
  // Every role may need the gateways, but one looks after their stand-in.
  if (config.sandbox.enabled && config.role !== 'worker') await openSandbox(config, shutdown);
  const app = await openApplication(config, teardown);
  await app.listen(config.port, config.host).catch((error: unknown) => refusePort(config, error));
  return config.demoData ? demoLogins : null;
}

/** A start that fails takes down only a sandbox of its own: an adopted one remembers what is in flight. */
async function openSandbox(config: OpenConfig, shutdown: Shutdown): Promise<void> {
  const sandbox = await SandboxProcess.startOrAdopt(config);
  await shutdown.teardown.add('the sandbox', async () => {
    if (sandbox.started || shutdown.started) await sandbox.stop();
  });
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
function announce(config: Config, startedInMs: number, demo: DemoLogins | null): void {
  const { production, role, host, port } = config;
  if (production || role !== 'all') {
    new Logger('Boot').log(
      `ready as ${role} on ${host}:${port} after ${Math.round(startedInMs)} ms`,
    );
    return;
  }
  process.stdout.write(banner(config, startedInMs, demo));
}
