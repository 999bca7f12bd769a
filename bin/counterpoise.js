#!/usr/bin/env node
// In a checkout the sources run as they are, through tsx; the published package has the compiled files alone.
import { existsSync } from 'node:fs';

const sources = new URL('../client/main.ts', import.meta.url);
const compiled = new URL('../dist/client/main.js', import.meta.url);

if (existsSync(sources)) (await import('tsx/esm/api')).register();
const { main } = await import((existsSync(sources) ? sources : compiled).href);
await main(process.argv.slice(2));
