import { accessSync, constants } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const DEBIAN = '/usr/bin/chromium';

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The name of a machine on the network, as a browser sees it; it leads to this one. */
export const LAN_HOST = 'malipo.test';

/** Whatever a page asks for, it reaches nothing but this machine. */
const NAMES = `--host-resolver-rules=MAP ${LAN_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`;

/**
 * Debian's Chromium, or the one of CHROMIUM_PATH, without a window and on a new profile that Playwright
 * removes afterwards. @throws saying how to install it where there is none.
 */
export async function startChromium(path = process.env.CHROMIUM_PATH || DEBIAN): Promise<Browser> {
  try {
    accessSync(path, constants.X_OK);
  } catch (cause) {
    throw new Error(
      `The browser tests need Chromium, and ${path} cannot be run: apt-get install chromium, ` +
        'or name another one in CHROMIUM_PATH',
      { cause },
    );
  }
  return chromium.launch({ executablePath: path, args: [...SWITCHES, NAMES] });
}
