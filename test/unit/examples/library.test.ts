import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { globSync } from 'tinyglobby';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EXAMPLES = globSync('examples/*.ts', { cwd: ROOT });

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const node = async (...args: string[]) =>
  (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;

describe('the examples of the library', () => {
  it('are compiled with the sources', async () => {
    const compiled = await node('node_modules/typescript/bin/tsc', '--listFilesOnly');
    for (const example of EXAMPLES) assert.ok(compiled.includes(join(ROOT, example)), example);
  });

  it('stand in docs/library.md, as does each entry of the package', () => {
    const page = read('docs/library.md');
    const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
    for (const example of EXAMPLES) assert.ok(page.includes(`(../${example})`), example);
    for (const entry of Object.keys(exports).filter((each) => !each.endsWith('.json')))
      assert.ok(page.includes(`\`counterpoise${entry.slice(1)}\``), entry);
  });

  it('have their reference in docs/api.md: npm run api --silent > docs/api.md', async () => {
    assert.equal(read('docs/api.md'), await node('setup/api-reference.js'));
  });

  it('prepare a CSV and evaluate methods on it, without Temporal', async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'pages.csv');
    await writeDemoCorpus(source, { seed: 7, pages: 600 });
    const lines = await node(
      '--import',
      'tsx',
      'examples/compose-stages.ts',
      source,
      join(folder, 'artifacts'),
    );
    const [regular, oversample] = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { method: string; microF1: number; macroF1: number });
    assert.deepEqual([regular?.method, oversample?.method], ['regular', 'oversample']);
    for (const { microF1, macroF1 } of [regular!, oversample!]) assert.ok(microF1 > 0 && macroF1 > 0);
  });
});
