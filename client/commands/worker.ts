import { type Command, InvalidArgumentError } from 'commander';
import { connect } from '../connection.ts';
import { homeFolder } from '../home.ts';
import { onInterruption } from '../interruption.ts';
import { addSessionFlags, wholeNumber } from './flags.ts';

const QUEUES = ['workflow', 'model'] as const;
type Queue = (typeof QUEUES)[number];

interface WorkerFlags {
  queues: Queue[];
  address?: string;
  namespace?: string;
  home?: string;
  store?: string;
  modelSlots?: number;
}

/** `worker`. */
export function addWorkerCommand(program: Command): void {
  const command = program
    .command('worker')
    .description('work on runs until it is stopped')
    .option('--queues <names>', 'workflow, model, or both: workflow,model', readQueues, [...QUEUES])
    .option('--store <folder>', 'the artifact store (default <home>/artifacts)')
    .option('--model-slots <n>', 'model processes at a time', wholeNumber(1));
  addSessionFlags(command, { embedded: false }).action(work);
}

async function work(flags: WorkerFlags): Promise<void> {
  const home = homeFolder(flags.home);
  // Looked up here because the worker's own connection would retry for long before it says that nobody answers.
  const { address, namespace, close } = await connect(flags, home);
  await close();
  const { quietRuntime, startWorkers } = await import('../../worker/start-worker.ts');
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const store = flags.store ?? home.store;
  quietRuntime(say);
  const interruption = onInterruption(() => 'stopped');
  const workers = await startWorkers({ ...flags, address, namespace, store, log: say });
  say(
    `Worker for ${flags.queues.join(' and ')} at ${address}, namespace ${namespace}, artifacts in ${store}. Ctrl-C stops it.`,
  );
  interruption.signal.addEventListener('abort', () => {
    say('Stopping: running work writes its checkpoint; another worker goes on from there.');
    workers.shutdown();
  });
  await workers.run();
  interruption.release();
}

function readQueues(text: string): Queue[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name): name is Queue => (QUEUES as readonly string[]).includes(name)))
    return [...new Set(names)];
  throw new InvalidArgumentError('workflow, model, or workflow,model is needed.');
}
