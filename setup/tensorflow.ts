/** The TensorFlow binding of tfjs-node: found, linked from the cache, built, or downloaded. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildOnce, cached } from './cache.ts';
import { firstRoute, type Part } from './first-route.ts';
import { reporter } from './reporter.ts';
import { runProgram } from './run-program.ts';
import { buildFromWheel, wheelBuildName, wheelHere } from './tensorflow-wheel.ts';
import { BINDING, isLinked, link, loadAlone, loadedVersion, tfjsNodeFolder } from './tfjs-node.ts';

/** tfjs-node's install script gets 100 MB and says nothing meanwhile. */
const PUBLISHED_LIMIT_MS = 10 * 60_000;

const TENSORFLOW: Part<true> = {
  name: 'TensorFlow binding',
  remedy:
    'Install what is missing (Debian: apt-get install g++ python3-pip), see that PyPI can be reached, and run: npx counterpoise setup',
  routes: {
    'the one that is there': present,
    'the cache': fromCache,
    'a build on the wheel from PyPI': fromWheel,
    "tfjs-node's own download": published,
  },
};

/**
 * Makes sure that `@tensorflow/tfjs-node` can be imported. At once where that is so already; minutes on a fresh machine.
 * @throws {SetupFailed} when no route works
 */
export async function ensureTensorFlow(): Promise<void> {
  await firstRoute(TENSORFLOW);
}

async function present(): Promise<true | undefined> {
  const build = cached(wheelBuildName());
  if (build && isLinked(build)) return true;
  if (!existsSync(join(tfjsNodeFolder(), BINDING))) return undefined;
  await loadedVersion();
  return true;
}

async function fromCache(): Promise<true | undefined> {
  const build = cached(wheelBuildName());
  if (!build) return undefined;
  await loadAlone(build).catch(async (error: unknown) => {
    await rm(build, { recursive: true, force: true });
    throw error;
  });
  await link(build);
  const version = await loadedVersion();
  reporter.say(`TensorFlow ${version}: linked from ${build}`);
  return true;
}

async function fromWheel(): Promise<true | undefined> {
  const wheel = wheelHere();
  if (!wheel) return undefined;
  await buildOnce(wheelBuildName(), (folder) => buildFromWheel(wheel, folder));
  return fromCache();
}

/** An older TensorFlow, but ready made, and for macOS and Windows too. */
async function published(): Promise<true> {
  const { HTTPS_PROXY, https_proxy } = process.env;
  // Where a firewall swallows packets the script would hang for minutes. It follows a proxy, which this process may not.
  if (!HTTPS_PROXY && !https_proxy)
    await fetch('https://storage.googleapis.com/tensorflow/', {
      method: 'HEAD',
      signal: AbortSignal.timeout(5_000),
    });
  reporter.say("TensorFlow: running tfjs-node's own install script");
  const bin = join(tfjsNodeFolder(), '..', '..', '.bin');
  await runProgram(process.execPath, [join('scripts', 'install.js')], {
    cwd: tfjsNodeFolder(),
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    timeoutMs: PUBLISHED_LIMIT_MS,
    what: "tfjs-node's install script",
  });
  const version = await loadedVersion();
  reporter.say(`TensorFlow ${version}: installed by tfjs-node`);
  return true;
}
