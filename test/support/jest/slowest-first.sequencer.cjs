const path = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/**
 * Begun last, one of these would be waited for alone. Where suites have run before, Jest knows how long they
 * took; on a fresh clone it would go by the size of their files.
 */
const SLOWEST = [
  'boot',
  'crash',
  'create-user',
  'leaks',
  'day-close-command',
  'gateway-repeats',
  'gateway-faults',
  'database-visit',
  'side-effects-pairs',
  'embedded-postgres',
  'identity',
  'access-cash-drawers',
].map((name) => `${name}.spec.ts`);

module.exports = class SlowestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    const rank = (test) => {
      const place = SLOWEST.indexOf(path.basename(test.path));
      return place === -1 ? SLOWEST.length : place;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
};
