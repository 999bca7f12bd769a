import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { countEach } from '../arithmetic/counts.ts';
import { fastTextLine } from '../corpus/formats.ts';
import { writeLines } from '../corpus/line-file.ts';
import type { Page } from '../corpus/page.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { FastTextSettings } from '../settings/settings.ts';
import { classNames, labelOf } from './class-names.ts';
import type { Classifier, TrainedClassifier } from './classifier.ts';

const run = promisify(execFile);
/** What the program may print: a label for each of ten million records. */
const MOST_OUTPUT = 2 ** 30;

/**
 * The C++ program `fasttext` where it is installed, as a check of our own: it gets the same lines in the same order.
 * It takes whole epochs only, so that an effort is rounded.
 */
export function createFastTextProgram(settings: FastTextSettings, thread: number): Classifier {
  const own = { epochs: settings.epoch, learningRate: settings.lr };
  return {
    effort: own,
    prepare: async (records) => ({
      train: (order, { effort = own, seed, signal }) => {
        const epoch = Math.max(1, Math.round(effort.epochs));
        const flags = { ...settings, epoch, lr: effort.learningRate, thread, seed, verbose: 0 };
        return trainProgram(records, order, flags, signal);
      },
    }),
  };
}

async function trainProgram(
  records: readonly Page[],
  order: Int32Array,
  flags: Readonly<Record<string, number | string>>,
  signal: AbortSignal | undefined,
): Promise<TrainedClassifier> {
  const folder = await mkdtemp(join(tmpdir(), 'counterpoise-fasttext-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const names = classNames(records.map(({ label }) => label));
    const lines = records.map((record) => fastTextLine(record));
    await writeLines(
      join(folder, 'train.txt'),
      Array.from(order, (record) => lines[record]!),
    );
    const given = Object.entries(flags).flatMap(([name, value]) => [`-${name}`, String(value)]);
    await fasttext(folder, ['supervised', '-input', 'train.txt', '-output', 'model', ...given], signal);
    const counts = countEach(Array.from(order, (record) => records[record]!.label));
    const fallback = [...counts].sort(([, a], [, b]) => b - a)[0]![0];
    return {
      predict: async (texts, options) => {
        await writeLines(
          join(folder, 'test.txt'),
          texts.map((text) => fastTextLine({ label: '', text })),
        );
        const printed = await fasttext(folder, ['predict', 'model.bin', 'test.txt'], options?.signal);
        const predicted = printed.split('\n').slice(0, texts.length);
        return predicted.map((line) => (line === '' ? fallback : names.get(labelOf(line))!));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fasttext(
  folder: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const { stdout } = await run('fasttext', args, { cwd: folder, maxBuffer: MOST_OUTPUT, signal });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new InvalidInput(
      'classifier.kind',
      'there is no program fasttext on the PATH',
      'Install it (Debian: apt install fasttext), or choose kind "fasttext", which learns the same.',
    );
  }
}
