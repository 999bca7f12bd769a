import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import type { WorkerLog } from './worker-log.ts';

/**
 * Sets up what Temporal's SDK has once in a process; before the first worker starts.
 * @param log gets the SDK's warnings and errors, and its other lines where it wants details
 * @param metricsAddress where Prometheus finds the metrics of the SDK and of the stages: `0.0.0.0:9464`
 */
export function installRuntime(log: WorkerLog, metricsAddress?: string): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', (entry) => pass(entry, log)),
    telemetryOptions: metricsAddress ? { metrics: { prometheus: { bindAddress: metricsAddress } } } : {},
  });
}

function pass({ level, message, meta }: LogEntry, log: WorkerLog): void {
  if (level === 'WARN' || level === 'ERROR') log.write(level, message, meta);
  // The bundler writes its whole output in one message.
  else log.detail(message.split('\n', 1)[0]!, meta);
}
