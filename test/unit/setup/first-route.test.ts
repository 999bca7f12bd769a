import assert from 'node:assert/strict';
import { firstRoute, reasonOf, SetupFailed } from '../../../setup/first-route.ts';

interface Attempt {
  result?: string;
  said: string[];
  taken: string[];
  error?: Error;
}

/** Tries routes that give a text, nothing or an error, and notes what was taken and said. */
async function attempt(outcomes: Record<string, string | undefined | Error>): Promise<Attempt> {
  const said: string[] = [];
  const taken: string[] = [];
  const routes = Object.fromEntries(
    Object.entries(outcomes).map(([name, outcome]) => [
      name,
      async () => {
        taken.push(name);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    ]),
  );
  const reporter = { say: (line: string) => said.push(line) };
  try {
    const part = { name: 'Engine', remedy: 'Install a compiler', routes };
    return { said, taken, result: await firstRoute(part, reporter) };
  } catch (error) {
    return { said, taken, error: error as Error };
  }
}

describe('the first route that works', () => {
  it('is taken, and those after it are not tried', async () => {
    const { result, taken, said } = await attempt({ cache: undefined, download: 'here', build: 'there' });
    assert.equal(result, 'here');
    assert.deepEqual(taken, ['cache', 'download']);
    assert.deepEqual(said, []);
  });

  it('is looked for after one that failed, which is told of', async () => {
    const { result, said } = await attempt({ download: new Error('no answer'), build: 'built' });
    assert.equal(result, 'built');
    assert.deepEqual(said, ['Engine: download does not work here: no answer']);
  });

  it('is missing: the error names what is missing, what was tried and why it failed, and the remedy', async () => {
    const { error } = await attempt({
      cache: undefined,
      download: new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND host') }),
      build: new Error('c++ is not installed'),
    });
    assert.ok(error instanceof SetupFailed);
    assert.equal(error.name, 'SetupFailed');
    assert.equal(
      error.message,
      'Engine: no way to get it works here (download: getaddrinfo ENOTFOUND host; build: c++ is not installed). Install a compiler',
    );
  });
});

describe('the reason of a failure', () => {
  for (const [what, error, reason] of [
    ['of several lines is one line', new Error('first\n  second\n'), 'first second'],
    ['without a message is its name', new RangeError(''), 'RangeError'],
    ['that is no error is its text', 'out of luck', 'out of luck'],
  ] as const)
    it(what, () => assert.equal(reasonOf(error), reason));
});
