import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CUDA_WHEELS } from '../../../setup/cuda-wheels.ts';
import { buildFromWheels, CPU_BUILD, GPU_BUILD, hasWheels } from '../../../setup/tensorflow-wheel.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the wheels of TensorFlow with CUDA', () => {
  it('are pinned, each once', () => {
    assert.equal(new Set(CUDA_WHEELS.map(({ name }) => name)).size, 13);
    for (const { name, version, platform, sha256, megabytes } of CUDA_WHEELS) {
      assert.match(name, /^(tensorflow|nvidia-[a-z-]+-cu12)$/);
      assert.match(version, /^\d+(\.\d+)+$/, name);
      assert.match(platform, /^manylinux\w+_x86_64$/, name);
      assert.match(sha256, /^[0-9a-f]{64}$/, name);
      assert.ok(megabytes > 0, name);
    }
  });

  it('have the TensorFlow of the CPU', () => {
    assert.equal(CUDA_WHEELS[0]!.version, CPU_BUILD.wheels[0]!.version);
  });

  it('are not downloaded where there is no room for them', async () => {
    const before = process.env.COUNTERPOISE_CACHE;
    process.env.COUNTERPOISE_CACHE = temporaryFolder();
    try {
      const build = { ...GPU_BUILD, unpackedMegabytes: 1e12 };
      await assert.rejects(
        buildFromWheels(build, temporaryFolder()),
        /GB are needed in .* are free: make room/,
      );
    } finally {
      if (before === undefined) delete process.env.COUNTERPOISE_CACHE;
      else process.env.COUNTERPOISE_CACHE = before;
    }
  });
});

/** A checkout whose tfjs-node is made up, with a cache in which both builds are a binding of another package. */
async function checkout() {
  const root = temporaryFolder();
  for (const room of ['setup', 'lib/artifacts', 'lib/settings'])
    cpSync(join(ROOT, room), join(root, room), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  const tfjsNode = join(root, 'node_modules/@tensorflow/tfjs-node');
  mkdirSync(tfjsNode, { recursive: true });
  copyFileSync(join(ROOT, 'node_modules/@tensorflow/tfjs-node/package.json'), join(tfjsNode, 'package.json'));
  mkdirSync(join(tfjsNode, 'dist'));
  writeFileSync(
    join(tfjsNode, 'dist/index.js'),
    `exports.ready = async () => require('../lib/napi-v8/tfjs_binding.node');
     exports.backend = () => ({ binding: { TF_Version: '2.21.0' }, isUsingGpuDevice: false });`,
  );
  for (const name of ['yauzl', 'node-api-headers'])
    symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  const cache = join(root, 'cache');
  const bindingOf = (name: string) => join(cache, name, 'lib/napi-v8/tfjs_binding.node');
  for (const { name } of [CPU_BUILD, GPU_BUILD]) {
    mkdirSync(join(cache, name, 'lib/napi-v8'), { recursive: true });
    mkdirSync(join(cache, name, 'deps'));
    copyFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-js-linux-x64-gnu'), bindingOf(name));
  }
  const load = (file: string) => import(pathToFileURL(join(root, 'setup', file)).href);
  const setup = (await load('tensorflow.ts')) as typeof import('../../../setup/tensorflow.ts');
  const { linkedBuild } = (await load('tfjs-node.ts')) as typeof import('../../../setup/tfjs-node.ts');
  return { ...setup, linkedBuild, cache, bindingOf };
}

describe('the choice between TensorFlow for the CPU and with CUDA', () => {
  let machine: Awaited<ReturnType<typeof checkout>>;
  let said: string;
  const { COUNTERPOISE_CACHE } = process.env;
  const { write } = process.stderr;
  before(function () {
    if (!hasWheels()) this.skip();
  });
  beforeEach(async () => {
    machine = await checkout();
    process.env.COUNTERPOISE_CACHE = machine.cache;
    said = '';
    process.stderr.write = (text: string | Uint8Array) => {
      said += text;
      return true;
    };
  });
  afterEach(() => {
    process.stderr.write = write;
    if (COUNTERPOISE_CACHE === undefined) delete process.env.COUNTERPOISE_CACHE;
    else process.env.COUNTERPOISE_CACHE = COUNTERPOISE_CACHE;
  });

  it('is for the CPU where nobody chose', async () => {
    await machine.ensureTensorFlow();
    assert.equal(machine.linkedBuild(), CPU_BUILD.name);
    assert.equal(await machine.tensorFlowInUse(), 'TensorFlow 2.21.0 loads');
  });

  it('stays with CUDA whatever command needs TensorFlow, until setup goes back to the CPU', async () => {
    const binding = readFileSync(machine.bindingOf(CPU_BUILD.name));
    await machine.ensureTensorFlow();
    await machine.useGpu();
    await machine.ensureTensorFlow();
    assert.equal(machine.linkedBuild(), GPU_BUILD.name);
    await machine.useCpu();
    assert.equal(machine.linkedBuild(), CPU_BUILD.name);
    assert.deepEqual(readFileSync(machine.bindingOf(CPU_BUILD.name)), binding);
  });

  it('is told to whoever uses TensorFlow with CUDA, with the device that it computes on', async () => {
    await machine.useGpu();
    said = '';
    await machine.ensureTensorFlow();
    assert.match(said, /with CUDA \(experimental: .*\) loads, finds no .* and computes on the CPU\n$/);
    assert.equal(said, `${await machine.tensorFlowInUse()}\n`);
  });

  it('is not undone by a build with CUDA that no longer loads; the error names both ways out', async () => {
    await machine.useGpu();
    writeFileSync(machine.bindingOf(GPU_BUILD.name), 'half of it');
    await assert.rejects(
      machine.ensureTensorFlow(),
      /setup --gpu; or go back to the CPU with: npx counterpoise setup$/,
    );
    assert.equal(machine.linkedBuild(), GPU_BUILD.name);
  });
});
