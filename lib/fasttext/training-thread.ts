/** The file that each thread of a training runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { InvalidInput } from '../settings/invalid-input.ts';
import { ModelMemory } from './model-memory.ts';
import { Control, type FromThread, type ThreadOptions } from './threads.ts';
import { trainEpochs } from './trainer.ts';

const options = workerData as ThreadOptions;
const control = new Control(options.control);
const tell = (message: FromThread) => parentPort!.postMessage(message);

try {
  for (const progress of trainEpochs({
    ...options,
    memory: ModelMemory.of(options.memory),
    counter: control,
  })) {
    if (control.isStopped) break;
    if (options.thread === 0) tell({ kind: 'progress', progress });
  }
} catch (error) {
  if (!(error instanceof InvalidInput)) throw error;
  tell({ kind: 'overflow' });
}
