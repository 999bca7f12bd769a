/**
 * Keeps Temporal's SDK in this process from logging every worker's start and end. Its runtime can be set up once, and
 * only before anything uses it: mocha loads this file first (`--require`), because a process of `--parallel` loads the
 * files of tests one after the other.
 */
import { DefaultLogger, Runtime } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR') });
