/**
 * A training in a process of its own, whose memory can be limited: prints each step as a line of JSON.
 *
 *     cramped-training-process.ts [bytes]     what it may take beyond what it has after a first, small training
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import { createModel } from '../../../lib/t5/checkpoint/checkpoint.ts';
import { scratchConfig } from '../../../lib/t5/checkpoint/presets.ts';
import type { Example } from '../../../lib/t5/objectives/example.ts';
import { train } from '../../../lib/t5/training/train.ts';

const LENGTH = 256;
const PAGE = 4096;

const defaults = settingsSchema.shape.fineTune
  .unwrap()
  .parse({ learningRate: 1e-3, dropout: 0, maxGradNorm: 1 });
const examples: Example[] = Array.from({ length: 128 }, (_, index) => ({
  input: Array.from({ length: LENGTH }, (_, place) => 3 + ((7 * index + 3 * place) % 200)),
  target: Array.from({ length: LENGTH }, (_, place) => 3 + ((5 * index + place) % 200)),
}));

/** TensorFlow's threads, their memory and what it makes once are there before the limit is. */
const small = await createModel(scratchConfig('tiny', 320), 1);
await train({
  model: small,
  examples: examples.slice(0, 1),
  settings: { ...defaults, epochs: 1, batchSize: 1 },
});
small.dispose();

const model = await createModel(scratchConfig('tiny', 320), 2);
if (process.argv[2]) {
  const [pages] = readFileSync('/proc/self/statm', 'utf8').split(' ');
  const limit = Number(pages) * PAGE + Number(process.argv[2]);
  execFileSync('prlimit', ['--pid', String(process.pid), `--as=${limit}`]);
}
await train({
  model,
  examples,
  settings: { ...defaults, epochs: 3, batchSize: 64 },
  onStep: ({ step, loss, tokens, partSize }) => console.log(JSON.stringify({ step, loss, tokens, partSize })),
});
