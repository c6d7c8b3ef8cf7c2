import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, settingNames } from '../../src/config/index.js';
import { gatewaySettings } from '../../src/providers/index.js';

const text = readFileSync(join(__dirname, '../../.env.example'), 'utf8');
const entries = [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
  ([, name = '', value = '']) => ({
    name,
    value,
  }),
);

describe('.env.example', () => {
  it('names exactly the settings that exist, each once', () => {
    expect(entries.map(({ name }) => name).sort()).toEqual(settingNames(gatewaySettings).sort());
  });

  it('names all that the gateways declare', () => {
    const declared = gatewaySettings.flatMap((section) => [...section.variables]);
    expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(declared));
  });

  it('shows values that the loader accepts, equal to its defaults where it says so', () => {
    const shown = Object.fromEntries(
      entries
        .filter(({ name }) => !name.startsWith('AZAMPAY_'))
        .map(({ name, value }) => [name, value]),
    );
    const { section: _, sandbox, limits, ...rest } = loadConfig(shown, gatewaySettings);
    const {
      section: __,
      sandbox: byDefault,
      limits: ___,
      ...expected
    } = loadConfig({}, gatewaySettings);
    expect(rest).toEqual(expected);
    expect(sandbox).toMatchObject({ port: byDefault.port, enabled: byDefault.enabled });
    expect(limits).toEqual(loadConfig({ SANDBOX: 'off' }, gatewaySettings).limits);
  });

  it('switches nothing on by itself', () => {
    expect(text).not.toMatch(/^[A-Z]/m);
  });
});
