import { ConfigError } from './config.error.js';
import type { Config } from './config.types.js';
import { readAnchorFile, readCore, readStorage, type CoreConfig } from './core.settings.js';
import { EnvironmentReader, type Environment } from './environment.reader.js';
import { exposure } from './exposure.js';
import type { SectionContext, SettingReader, SettingsSection } from './settings.js';
import { findUnknown } from './unknown.settings.js';

interface Reading {
  reader: EnvironmentReader;
  core: CoreConfig;
  sections: Map<string, unknown>;
}

/**
 * Validates the environment once, with the sections that gateways declare beside their code.
 * @throws ConfigError that lists every problem.
 */
export function loadConfig(
  env: Environment,
  sections: readonly SettingsSection<unknown>[],
): Config {
  const reasons = exposure(env);
  let reading = readAll(env, sections, reasons.length > 0);
  const live = [...reading.reader.liveNames];
  if (live.length > 0) {
    reasons.push(...live.map((name) => `${name} looks live`));
    // Production changes defaults and what is required, so everything is read again in that light.
    reading = readAll(env, sections, true);
  }
  const { reader, core } = reading;
  const problems = [
    ...reader.problems,
    ...unsafeTogether(core),
    ...findUnknown(env, new Set([...reader.values.keys(), ...namesOf(sections)])),
  ];
  if (problems.length > 0) throw new ConfigError(problems, reasons);
  return { ...core, section: (section) => settingsOf(reading, section) };
}

/**
 * Where the data lies, and nothing else: migrating needs no secrets of gateways or log-ins.
 * @throws ConfigError that lists every problem of these settings.
 */
export function loadStorage(env: Environment): Pick<Config, 'dataDir' | 'database'> {
  const reader = new EnvironmentReader(env, false);
  const storage = readStorage(reader);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return storage;
}

/**
 * Where the data and the anchors of the audit chain lie: all that verifying the books takes.
 * @throws ConfigError that lists every problem of these settings.
 */
export function loadBooks(
  env: Environment,
): Pick<Config, 'dataDir' | 'database'> & { anchorFile: string } {
  const reader = new EnvironmentReader(env, false);
  const books = { ...readStorage(reader), anchorFile: readAnchorFile(reader) };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return books;
}

/** The variables that are read, in the order of reading: those of the core, then those of `sections`. */
export function settingNames(sections: readonly SettingsSection<unknown>[]): string[] {
  return [...readAll({}, sections, false).reader.values.keys()];
}

function readAll(
  env: Environment,
  sections: readonly SettingsSection<unknown>[],
  production: boolean,
): Reading {
  const reader = new EnvironmentReader(env, production);
  const core = readCore(reader, production);
  const context: SectionContext = {
    sandboxUrl: core.sandbox.enabled ? core.sandbox.url : null,
    publicUrl: core.publicUrl,
    production,
  };
  const settings = new Map<string, unknown>();
  for (const section of sections) {
    if (settings.has(section.key)) throw new Error(`two settings sections named ${section.key}`);
    settings.set(section.key, section.read(reader satisfies SettingReader, context));
    for (const name of section.variables) {
      const value = reader.values.get(name);
      if (value && core.sandbox.enabled) core.sandbox.environment[name] = value;
    }
  }
  return { reader, core, sections: settings };
}

/** What is fine alone but not in this company. */
function unsafeTogether(core: CoreConfig): string[] {
  const problems: string[] = [];
  if (core.production && core.sandbox.enabled) {
    problems.push('SANDBOX: on, which production must not be; set SANDBOX=off');
  }
  if (core.production && core.demoData) {
    problems.push('DEMO_DATA: on, which production must not be; set DEMO_DATA=off');
  }
  if (core.role !== 'all' && core.database.url === null) {
    problems.push(
      `DATABASE_URL: missing, and ROLE=${core.role} needs it; set it, or run everything with ROLE=all`,
    );
  }
  if (core.sandbox.enabled && core.sandbox.port === core.port) {
    problems.push(`SANDBOX_PORT: ${core.port} is PORT as well; use another`);
  }
  return problems;
}

function namesOf(sections: readonly SettingsSection<unknown>[]): string[] {
  return sections.flatMap((section) => [...section.variables]);
}

function settingsOf<T>(reading: Reading, section: SettingsSection<T>): T {
  if (!reading.sections.has(section.key)) {
    throw new Error(`the settings of ${section.key} were not among those that loadConfig read`);
  }
  return reading.sections.get(section.key) as T;
}
