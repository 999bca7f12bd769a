#!/usr/bin/env node
// The compiled files run unless a source is newer than they are; then, as in a checkout without them, the sources run
// through tsx. The published package has the compiled files alone.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOMS = ['client', 'worker', 'activities', 'workflows', 'lib', 'setup'];
const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'dist/client/main.js');

/** A build says by the time of its entry when it began to read the sources. */
const isCurrent = () => {
  if (!existsSync(join(root, 'client'))) return true;
  const built = statSync(compiled, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return built > 0 && ROOMS.every((room) => isOlder(join(root, room), built));
};

/** By the time of change, which follows renames, removals and files that are copied with an old date too. */
const isOlder = (path, built) =>
  statSync(path).ctimeMs < built &&
  readdirSync(path, { withFileTypes: true }).every((entry) =>
    entry.isDirectory()
      ? isOlder(join(path, entry.name), built)
      : statSync(join(path, entry.name)).ctimeMs < built,
  );

const entry = isCurrent() ? '../dist/client/main.js' : '../client/main.ts';
if (entry.endsWith('.ts')) (await import('tsx/esm/api')).register();
const { main } = await import(entry);
await main(process.argv.slice(2));
