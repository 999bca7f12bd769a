import { type Command, InvalidArgumentError, Option } from 'commander';
import { LOOPBACK } from '../../worker/health.ts';
import { addSessionFlags, collected, wholeNumber, withExample } from './flags.ts';

const QUEUES = ['workflow', 'model'] as const;
export type Queue = (typeof QUEUES)[number];

export function worker(command: Command): void {
  withExample(
    command,
    'npx counterpoise worker --address temporal.example:7233 --store s3://bucket/counterpoise',
  );
  command
    .option('--queues <names>', 'workflow, model, or both: workflow,model', readQueues, [...QUEUES])
    .option(
      '--store <address>',
      'the artifact store: a folder or s3://bucket/prefix (COUNTERPOISE_STORE; default <home>/artifacts)',
    )
    .option(
      '--allow <place>',
      'folder or s3://bucket/prefix that may be read; repeatable (COUNTERPOISE_ALLOW)',
      collected,
    )
    .option('--model-slots <n>', 'concurrent model processes (default: one per 16 GiB)', wholeNumber(1))
    .option('--grace-seconds <n>', 'time to write checkpoints at shutdown (default 25)', wholeNumber(1))
    .option('--health-port <n>', 'HTTP health checks: 200 while the worker is healthy', wholeNumber(0))
    .option('--metrics-port <n>', 'Prometheus metrics, at /metrics', wholeNumber(1))
    .option('--listen <address>', `listening address of health and metrics (default ${LOOPBACK})`)
    .addOption(new Option('--log-format <name>', 'how it logs').choices(['text', 'json']).default('text'))
    .option('--deployment <name>', 'name of the worker deployment for versioning; needs --build-id')
    .option('--build-id <id>', 'build of this worker within its deployment');
  addSessionFlags(command, { embedded: false }).action(async (flags) =>
    (await import('../actions/worker.ts')).work(flags),
  );
}

function readQueues(text: string): Queue[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name): name is Queue => (QUEUES as readonly string[]).includes(name)))
    return [...new Set(names)];
  throw new InvalidArgumentError('Expected workflow, model, or workflow,model.');
}
