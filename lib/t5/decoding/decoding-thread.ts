/** A thread that decodes batches by weights that it shares with the thread that started it. */
import { workerData } from 'node:worker_threads';
import { type Batch, type Generation, Generator, type SharedModel } from './generator.ts';

const generator = await Generator.adopt(workerData as SharedModel);

/** Decodes a batch. */
export default function decode(batch: Batch): Promise<Generation[]> {
  return generator.generate(batch);
}
