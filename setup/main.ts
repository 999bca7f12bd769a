/** Set-up as a command: `counterpoise setup`. */
import { streamReporter } from './reporter.ts';
import { ensureTemporalServer } from './temporal-server.ts';
import { ensureTensorFlow } from './tensorflow.ts';

/**
 * Gets the native parts that are missing: the TensorFlow binding and the Temporal server.
 * @throws {SetupFailed} when one cannot be had
 */
export async function main(): Promise<void> {
  const reporter = streamReporter();
  await ensureTensorFlow(reporter);
  await ensureTemporalServer(reporter);
}
