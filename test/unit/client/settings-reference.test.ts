import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { settingsReference } from '../../../client/settings-reference.ts';

describe('docs/settings.md', () => {
  it('is what the schema says: npx counterpoise settings > docs/settings.md', () => {
    const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
    assert.equal(page, settingsReference());
  });
});
