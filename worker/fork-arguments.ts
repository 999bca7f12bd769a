import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * The arguments for Node itself with which a process of this package is forked: a source file runs through tsx,
 * however this process was started; a compiled one runs as it is. Nothing is inherited, because a debugger's port or a
 * loader of a host application has no business in a stage process.
 * @param entry the file to run
 */
export function forkArguments(entry: URL): string[] {
  if (!entry.pathname.endsWith('.ts')) return [];
  // By address, so that the working directory does not matter.
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href];
}
