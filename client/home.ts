import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readJson } from '../lib/artifacts/files.ts';

/** The folder for run data on this machine. */
export interface Home {
  path: string;
  /** Address of the artifacts of finished stages: `COUNTERPOISE_STORE`, else a folder in the home. */
  store: string;
}

/** The home folder: `--home`, else `COUNTERPOISE_HOME`, else `.counterpoise` in the current folder. */
export function homeFolder(given?: string): Home {
  const path = resolve(given || process.env.COUNTERPOISE_HOME || '.counterpoise');
  return { path, store: process.env.COUNTERPOISE_STORE || join(path, 'artifacts') };
}

/** The running embedded server of this home, so that other commands find it without an address. */
export interface EmbeddedServerNote {
  pid: number;
  address: string;
  uiAddress: string;
}

const notePath = (home: Home) => join(home.path, 'embedded-server.json');

/** Records the embedded server of a home; without a note, that it has none. */
export const noteEmbeddedServer = (home: Home, note?: EmbeddedServerNote): Promise<void> =>
  note ? writeFile(notePath(home), JSON.stringify(note)) : rm(notePath(home), { force: true });

/** The embedded server of a home, if its process is still alive. */
export async function runningEmbeddedServer(home: Home): Promise<EmbeddedServerNote | undefined> {
  try {
    const note = await readJson<EmbeddedServerNote>(notePath(home));
    process.kill(note.pid, 0);
    return note;
  } catch {
    return undefined;
  }
}
