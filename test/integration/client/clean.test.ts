import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { s3Server } from '../../s3/server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { command } from './command.ts';

describe('clean', () => {
  const folder = temporaryFolder();

  it('writes the same from a file and from an object of a bucket', async () => {
    const server = await s3Server();
    mkdirSync(join(server.folder, 'clean-command'));
    const file = join(server.folder, 'clean-command', 'pages.csv');
    await writeDemoCorpus(file, { pages: 400 });
    const written = async (source: string, out: string) => {
      const { exitCode, stderr } = await command(
        ['clean', source, '--out', out, '--set', 'classes.minRecords=10', '--json'],
        { cwd: folder, env: { ...server.environment, COUNTERPOISE_STORE_CACHE: join(folder, 'cache') } },
      );
      assert.equal(exitCode, 0, stderr);
      return ['train.jsonl', 'test.jsonl', 'train.txt'].map((name) =>
        readFileSync(join(folder, out, name), 'utf8'),
      );
    };
    assert.deepEqual(
      await written(`s3://${server.bucket}/clean-command/pages.csv`, 'of-object'),
      await written(file, 'of-file'),
    );
  }).timeout(60_000);
});
