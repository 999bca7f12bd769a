/** The executable of Temporal's development server: found on the PATH or in the cache, downloaded, or built. */
import { readdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { buildOnce, cached } from './cache.ts';
import { firstRoute, type Part } from './first-route.ts';
import { goInstall } from './go-install.ts';
import { probe } from './probe.ts';
import { type Reporter, streamReporter } from './reporter.ts';
import { runProgram } from './run-program.ts';

/** The last version that `go install` takes: later ones replace modules. It brings server 1.29.1 with UI 2.42.1. */
const VERSION = 'v1.5.1';
const BUILD = `temporal-cli-${VERSION}-${platform()}-${arch()}`;
const EXECUTABLE = platform() === 'win32' ? 'temporal.exe' : 'temporal';

const DOWNLOAD_LIMIT_MS = 5 * 60_000;

/**
 * Path of an executable that understands `server start-dev`. At once where there is one; minutes on a fresh machine.
 * @throws {SetupFailed} when no route works
 */
export function ensureTemporalServer(reporter: Reporter = streamReporter()): Promise<string> {
  return firstRoute(temporalServer(reporter), reporter);
}

/** The executable, if it is on the PATH or in the cache. */
export async function findTemporalServer(): Promise<string | undefined> {
  return (await onPath()) ?? (await inCache());
}

function temporalServer(reporter: Reporter): Part<string> {
  return {
    name: 'Temporal server',
    remedy:
      'Put the temporal command on the PATH (https://docs.temporal.io/cli), or install Go and run: npx counterpoise setup; or use a server that runs elsewhere with --address',
    routes: [
      { name: 'the PATH', take: onPath },
      { name: 'the cache', take: inCache },
      { name: "Temporal's download", take: () => downloaded(reporter) },
      { name: 'a build with Go', take: () => built(reporter) },
    ],
  };
}

async function onPath(): Promise<string | undefined> {
  const found = await runProgram(EXECUTABLE, ['--version']).catch(() => undefined);
  return found === undefined ? undefined : EXECUTABLE;
}

async function inCache(): Promise<string | undefined> {
  const build = cached(BUILD);
  return build && join(build, EXECUTABLE);
}

/** Temporal's SDK can only download the server in one go with starting it. */
const DOWNLOAD_AND_START = `
  const { TestWorkflowEnvironment } = require(process.argv[1]);
  const executable = { type: 'cached-download', version: process.argv[2], downloadDir: process.argv[3] };
  TestWorkflowEnvironment.createLocal({ server: { executable } }).then((environment) => environment.teardown());
`;

async function downloaded(reporter: Reporter): Promise<string> {
  await probe('https://temporal.download/');
  reporter.say(`Temporal server: downloading the CLI ${VERSION}`);
  const sdk = createRequire(import.meta.url).resolve('@temporalio/testing');
  const build = await buildOnce(BUILD, reporter, async (folder) => {
    await runProgram(process.execPath, ['-e', DOWNLOAD_AND_START, sdk, VERSION, folder], {
      timeoutMs: DOWNLOAD_LIMIT_MS,
      reporter,
      what: 'downloading the Temporal server',
    });
    const [file] = await readdir(folder);
    if (!file) throw new Error('the download left no file');
    await rename(join(folder, file), join(folder, EXECUTABLE));
  });
  return tell(build, reporter);
}

async function built(reporter: Reporter): Promise<string> {
  reporter.say(`Temporal server: building the CLI ${VERSION} with Go, which takes some minutes`);
  const module = `github.com/temporalio/cli/cmd/temporal@${VERSION}`;
  const build = await buildOnce(BUILD, reporter, (folder) => goInstall(module, folder, reporter));
  return tell(build, reporter);
}

function tell(build: string, reporter: Reporter): string {
  const executable = join(build, EXECUTABLE);
  reporter.say(`Temporal server: ${executable}`);
  return executable;
}
