import { startChromium } from './chromium.js';

describe('the browser of these tests', () => {
  it('is asked for by its package where it is missing', async () => {
    await expect(startChromium('/nowhere/chromium')).rejects.toThrow(
      /\/nowhere\/chromium.*apt-get install chromium/,
    );
  });
});
