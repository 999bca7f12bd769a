import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EXAMPLES = globSync('examples/*.ts', { cwd: ROOT });

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('the examples of the library', () => {
  it('stand in docs/library.md, as does each entry of the package', () => {
    const page = read('docs/library.md');
    const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
    for (const example of EXAMPLES) assert.ok(page.includes(`(../${example})`), example);
    for (const entry of Object.keys(exports).filter((each) => !each.endsWith('.json')))
      assert.ok(page.includes(`\`counterpoise${entry.slice(1)}\``), entry);
  });
});
