// `npm run build`, whose PATH has the compilers: dist/ appears whole, and its entry bears the time at which the sources were read.
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, utimesSync } from 'node:fs';

// The clock of files ticks every few milliseconds; a source saved within the last tick counts as newer.
const started = new Date(Date.now() - 20);
const fresh = `dist.${process.pid}`;
try {
  execFileSync('tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh], { stdio: 'inherit' });
  const kernels = `${fresh}/lib/fasttext/kernels.wasm`;
  execFileSync('asc', ['--config', 'lib/fasttext/assembly/asconfig.json', '--outFile', kernels], {
    stdio: 'inherit',
  });
  utimesSync(`${fresh}/client/main.js`, started, started);
  rmSync('dist', { recursive: true, force: true });
  renameSync(fresh, 'dist');
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
