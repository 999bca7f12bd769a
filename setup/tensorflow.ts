/** The TensorFlow binding of tfjs-node: found, linked from the cache, built, or downloaded. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildOnce, cached } from './cache.ts';
import { firstRoute, type Part } from './first-route.ts';
import { probe } from './probe.ts';
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
  await firstRoute(tensorFlow(reporter), reporter);
}

function tensorFlow(reporter: Reporter): Part<true> {
  return {
    name: 'TensorFlow binding',
    remedy:
      'Install what is missing (Debian: apt-get install g++ python3-pip), see that PyPI can be reached, and run: npx counterpoise setup',
    routes: [
      { name: 'the one that is there', take: present },
      { name: 'the cache', take: () => fromCache(reporter) },
      { name: 'a build on the wheel from PyPI', take: () => fromWheel(reporter) },
      { name: "tfjs-node's own download", take: () => published(reporter) },
    ],
  };
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
  await probe('https://storage.googleapis.com/tensorflow/');
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
