import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRepo, HubApiError, uploadFiles } from '@huggingface/hub';
import { glob } from 'tinyglobby';
import { openStore } from '../lib/artifacts/open-store.ts';
import { locate, placeOf } from '../lib/runs/reuse.ts';
import { findRecord } from '../lib/runs/run-record.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { classSlug } from '../lib/stages/class-slug.ts';
import { accessToken, hubEndpoint } from '../lib/t5/checkpoint/hub/transport.ts';
import type { RunResult } from '../workflows/result.ts';

/** The hub's status for a repository that already exists. */
const CONFLICT = 409;

/**
 * Commits all files of a folder to a dataset repository of the hub, created as private if it does not exist.
 * @returns address of the repository
 * @throws {InvalidInput} for a malformed name, without a token, and if the hub rejects the upload or does not respond
 */
export async function pushToHub(folder: string, name: string, signal?: AbortSignal): Promise<string> {
  const endpoint = hubEndpoint();
  const token = await accessToken();
  if (!/^[\w.-]+\/[\w.-]+$/.test(name))
    throw new InvalidInput('--push', `${name} is not a repository name`, 'Write owner/name');
  if (token === undefined)
    throw new InvalidInput(
      'HF_TOKEN',
      'is not set',
      'Set it to a token with write access, or run hf auth login',
    );
  const hub = { repo: { type: 'dataset' as const, name }, hubUrl: endpoint, accessToken: token };
  const paths = await glob('**/*', { cwd: folder, dot: true });
  try {
    await createRepo({ ...hub, visibility: 'private' }).catch((error: unknown) => {
      if (!(error instanceof HubApiError && error.statusCode === CONFLICT)) throw error;
    });
    await uploadFiles({
      ...hub,
      files: paths.sort().map((path) => ({ path, content: pathToFileURL(join(folder, path)) })),
      commitTitle: 'Balanced by Counterpoise',
      ...(signal && { abortSignal: signal }),
    });
    return `${endpoint}/datasets/${name}`;
  } catch (error) {
    signal?.throwIfAborted();
    throw refusal(name, endpoint, error);
  }
}

function refusal(name: string, endpoint: string, error: unknown): InvalidInput {
  const { message, cause } = error as Error;
  const [problem, remedy] =
    error instanceof HubApiError
      ? [
          `returned ${error.statusCode} for ${name}: ${message}`,
          'Check the name, and that HF_TOKEN has write access',
        ]
      : [
          `cannot be reached (${cause instanceof Error ? cause.message : message})`,
          'Check the network or HF_ENDPOINT, and push again: nothing was committed',
        ];
  return new InvalidInput('--push', `${endpoint} ${problem}`, remedy);
}

/**
 * Links the fine-tuned checkpoint of each class into `<out>/models/<class>/`, in transformers layout.
 * @returns the class of each folder
 * @throws {InvalidInput} if the run trained no model, or the store has lost one
 */
export async function linkModels(
  { runId, report }: Pick<RunResult, 'runId' | 'report'>,
  out: string,
): Promise<Map<string, string>> {
  const { stage, key } = placeOf(report)!;
  const [address] = report.uri.split(`/${stage}/${key}/`);
  const store = await openStore(address!);
  const branches = (await findRecord(store, runId))?.branches ?? [];
  if (branches.length === 0) throw noModels(runId, 'has no models: none was trained, or they were pruned');
  const folders = new Map<string, string>();
  for (const { class: name, model } of branches) {
    const files = await locate(store, model);
    if (!files) throw noModels(runId, `the model of ${name} is no longer in ${store.uri}`);
    const folder = `models/${classSlug(name)}`;
    for (const [file, reference] of Object.entries(files)) {
      const path = join(out, folder, file);
      await mkdir(dirname(path), { recursive: true });
      await symlink(await store.open(reference), path);
    }
    folders.set(folder, name);
  }
  return folders;
}

const noModels = (runId: string, problem: string) =>
  new InvalidInput('--models', `${runId}: ${problem}`, 'Run it again to train them, or omit --models');
