/** What runs in a thread of its own: a whole training, on weights that the starting thread shares. */
import { ModelMemory } from './model-memory.ts';
import type { ThreadTask } from './own-thread.ts';
import { trainEpochs } from './trainer.ts';

export default function train({ shape, wasm, port, ...options }: ThreadTask): void {
  for (const progress of trainEpochs(new ModelMemory(shape, wasm), options)) port.postMessage(progress);
}
