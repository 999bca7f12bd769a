import { readFileSync } from 'node:fs';

/** Version of this program. */
export function productVersion(): string {
  // From the sources the package file is two folders up, from the compiled files three.
  const up = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json';
  return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
}
