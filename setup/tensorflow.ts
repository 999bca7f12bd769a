/** The TensorFlow binding of tfjs-node: found, linked from the cache, built, or downloaded. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildOnce, cached } from './cache.ts';
import { firstRoute } from './first-route.ts';
import { type Reporter, streamReporter } from './reporter.ts';
import { runProgram } from './run-program.ts';
import { buildFromWheel, wheelBuildName, wheelHere } from './tensorflow-wheel.ts';
import { BINDING, isLinked, link, loadAlone, loadedVersion, tfjsNodeFolder } from './tfjs-node.ts';

/** tfjs-node's install script gets 100 MB and says nothing meanwhile. */
const PUBLISHED_LIMIT_MS = 10 * 60_000;

/**
 * Makes sure that `@tensorflow/tfjs-node` can be imported. At once where that is so already; minutes on a fresh machine.
 * @throws {SetupFailed} when no route works
 */
export async function ensureTensorFlow(reporter: Reporter = streamReporter()): Promise<void> {
  const routes = {
    'the one that is there': present,
    'the cache': () => fromCache(reporter),
    'a build on the wheel from PyPI': () => fromWheel(reporter),
    "tfjs-node's own download": () => published(reporter),
  };
  const remedy =
    'Install what is missing (Debian: apt-get install g++ python3-pip), see that PyPI can be reached, and run: npx counterpoise setup';
  await firstRoute({ name: 'TensorFlow binding', remedy, routes }, reporter);
}

async function present(): Promise<true | undefined> {
  const build = cached(wheelBuildName());
  if (build && isLinked(build)) return true;
  if (!existsSync(join(tfjsNodeFolder(), BINDING))) return undefined;
  await loadedVersion();
  return true;
}

async function fromCache(reporter: Reporter): Promise<true | undefined> {
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

async function fromWheel(reporter: Reporter): Promise<true | undefined> {
  const wheel = wheelHere();
  if (!wheel) return undefined;
  await buildOnce(wheelBuildName(), reporter, (folder) => buildFromWheel(wheel, folder, reporter));
  return fromCache(reporter);
}

/** An older TensorFlow, but ready made, and for macOS and Windows too. */
async function published(reporter: Reporter): Promise<true> {
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
    reporter,
    what: "tfjs-node's install script",
  });
  const version = await loadedVersion();
  reporter.say(`TensorFlow ${version}: installed by tfjs-node`);
  return true;
}
