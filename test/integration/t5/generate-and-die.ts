/** Generates texts in a process of its own, which kills itself after so many batches. */

import { settingsSchema } from '../../../lib/settings/settings.ts';
import { generateTexts } from '../../../lib/t5/decoding/generate-texts.ts';

const { batches, ...options } = JSON.parse(process.argv[2]!);
let done = 0;
const texts = generateTexts({
  ...options,
  settings: { ...settingsSchema.shape.generate.parse({}), ...options.settings },
  onProgress: () => {
    if (++done === batches) process.kill(process.pid, 'SIGKILL');
  },
});
for await (const text of texts) process.stdout.write(`${JSON.stringify(text)}\n`);
