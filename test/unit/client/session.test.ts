import assert from 'node:assert/strict';
import type { Connected } from '../../../client/connection.ts';
import { pageAfterExit } from '../../../client/session.ts';

describe('the page of a run after the command has ended', () => {
  const connected = { uiAddress: 'http://there:8233', namespace: 'default' } as Connected;
  const page = 'http://there:8233/namespaces/default/workflows/run';

  it('is where the Web UI stays', () => {
    assert.equal(pageAfterExit(connected, {}, 'run'), page);
    assert.equal(pageAfterExit(connected, { embedded: true, keep: true }, 'run'), page);
  });

  it('is the command that brings the embedded server up again', () => {
    assert.equal(
      pageAfterExit(connected, { embedded: true, home: 'h' }, 'run'),
      'npx counterpoise status run --home h --embedded --keep',
    );
  });

  it('is unknown where the Web UI of the server is', () =>
    assert.equal(pageAfterExit({ ...connected, uiAddress: undefined }, {}, 'run'), undefined));
});
