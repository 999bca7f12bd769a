/** Publishes one artifact under a key in a process of its own: `publishing-process.ts STORE KEY TEXT FILES`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../../lib/artifacts/open-store.ts';

const [address, key, text, files] = process.argv.slice(2) as [string, string, string, string];
const store = await openStore(address);
const staging = await store.stagingFolder('write', key);
for (let number = 0; number < Number(files); number++)
  await writeFile(join(staging, `${number}.txt`), `${text} ${number} `.repeat(20_000));
process.send!('ready');
await new Promise((resume) => process.once('message', resume));
const manifest = {
  manifestVersion: 1,
  stage: 'write',
  version: 1,
  key,
  parameters: {},
  summary: text,
} as const;
process.send!({ published: await store.publish(staging, manifest) });
process.disconnect();
