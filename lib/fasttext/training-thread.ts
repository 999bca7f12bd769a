/** What runs in a thread of its own: a whole training, on weights that the starting thread shares. */
import { parentPort, workerData } from 'node:worker_threads';
import { ModelMemory } from './model-memory.ts';
import type { ThreadData } from './own-thread.ts';
import { trainEpochs } from './trainer.ts';

const { shape, wasm, ...options } = workerData as ThreadData;
for (const progress of trainEpochs({ ...options, memory: new ModelMemory(shape, wasm) }))
  parentPort!.postMessage(progress);
