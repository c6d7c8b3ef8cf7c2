import type { Dispatcher } from 'undici';
import { AnswerCollector, type BrokenCall, type RawAnswer } from './answer.collector.js';

function aController() {
  const reasons: Error[] = [];
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    abort: (reason: Error) => void reasons.push(reason),
    pause: () => undefined,
    resume: () => undefined,
  };
  return { controller, reasons };
}

function aCollector(maxBytes = 10) {
  const results: (RawAnswer | BrokenCall)[] = [];
  return { results, collector: new AnswerCollector(maxBytes, (result) => results.push(result)) };
}

describe('AnswerCollector', () => {
  it('collects status, headers and body', () => {
    const { collector, results } = aCollector();
    const { controller } = aController();
    collector.onRequestStart(controller);
    collector.onResponseStart(controller, 200, { 'x-a': '1' });
    collector.onResponseData(controller, Buffer.from('ab'));
    collector.onResponseData(controller, Buffer.from('cd'));
    collector.onResponseEnd();
    expect(results).toEqual([{ status: 200, headers: { 'x-a': '1' }, body: Buffer.from('abcd') }]);
  });

  it('says that a failure before the start was not sent, and one after it was', () => {
    const before = aCollector();
    before.collector.onResponseError(aController().controller, new Error('refused'));
    expect(before.results).toEqual([{ started: false, error: new Error('refused') }]);
    const after = aCollector();
    after.collector.onRequestStart(aController().controller);
    after.collector.onResponseError(aController().controller, new Error('reset'));
    expect(after.results).toEqual([{ started: true, error: new Error('reset') }]);
  });

  it('stops a request that gets its connection after the caller gave up', () => {
    const { collector, results } = aCollector();
    collector.cancel(new Error('timed out'));
    const late = aController();
    collector.onRequestStart(late.controller);
    expect(late.reasons).toHaveLength(1);
    expect(results).toEqual([{ started: false, error: new Error('timed out') }]);
  });

  it('refuses to send the same request a second time', () => {
    const { collector } = aCollector();
    collector.onRequestStart(aController().controller);
    const second = aController();
    collector.onRequestStart(second.controller);
    expect(second.reasons).toHaveLength(1);
  });

  it('aborts an answer larger than the limit', () => {
    const { collector, results } = aCollector(3);
    const { controller, reasons } = aController();
    collector.onRequestStart(controller);
    collector.onResponseStart(controller, 200, {});
    collector.onResponseData(controller, Buffer.from('abcd'));
    expect(reasons).toHaveLength(1);
    expect(results).toEqual([
      { started: true, error: new Error('the answer is larger than 3 bytes') },
    ]);
  });
});
