import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** A module as a thread can be started with it. */
export interface ThreadModule {
  url: URL;
  /** Options of the thread's own Node. */
  execArgv: string[];
}

/**
 * A module of this package, from its source or compiled, as the module that asks for it runs.
 * @param name without its ending, as in `./judge-worker`
 * @param from `import.meta.url` of the module that asks
 */
export function threadModule(name: string, from: string): ThreadModule {
  const isSource = from.endsWith('.ts');
  return {
    url: new URL(`${name}${isSource ? '.ts' : '.js'}`, from),
    execArgv: isSource ? ['--import', sourceLoader()] : [],
  };
}

/** What makes a thread run source files: tsx on the command line reaches the main thread alone. */
function sourceLoader(): string {
  const tsx = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const register = `import { register } from '${pathToFileURL(tsx).href}'; register();`;
  return `data:text/javascript,${encodeURIComponent(register)}`;
}
