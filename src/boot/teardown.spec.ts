import { Teardown } from './teardown.js';

function recorded() {
  const calls: string[] = [];
  const teardown = new Teardown((problem) => void calls.push(problem));
  const stop = (name: string) => async () => void calls.push(name);
  return { calls, teardown, stop };
}

describe('Teardown', () => {
  it('stops the latest first', async () => {
    const { calls, teardown, stop } = recorded();
    await teardown.add('database', stop('database'));
    await teardown.add('app', stop('app'));
    await teardown.run();
    expect(calls).toEqual(['app', 'database']);
  });

  it('reports a step that fails and goes on', async () => {
    const { calls, teardown, stop } = recorded();
    await teardown.add('database', stop('database'));
    await teardown.add('app', () => Promise.reject(new Error('no')));
    await teardown.run();
    expect(calls).toEqual(['could not stop app', 'database']);
  });

  it('stops each once, however often it is called', async () => {
    const { calls, teardown, stop } = recorded();
    await teardown.add('database', stop('database'));
    await Promise.all([teardown.run(), teardown.run()]);
    expect(calls).toEqual(['database']);
  });

  it('stops what comes up too late, and tells the start to give up', async () => {
    const { calls, teardown, stop } = recorded();
    await teardown.run();
    await expect(teardown.add('app', stop('app'))).rejects.toThrow(
      'interrupted while starting app',
    );
    expect(calls).toEqual(['app']);
  });

  it('leaves to the next start what survives a crash', async () => {
    const { calls, teardown, stop } = recorded();
    await teardown.add('database', stop('database'), { onCrash: true });
    await teardown.add('sandbox', stop('sandbox'));
    await teardown.run({ crashed: true });
    expect(calls).toEqual(['database']);
  });
});
