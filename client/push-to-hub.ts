import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRepo, HubApiError, uploadFiles } from '@huggingface/hub';
import { glob } from 'tinyglobby';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { accessToken, hubEndpoint } from '../lib/t5/checkpoint/hub/transport.ts';

/** The hub's answer for a repository that is there already. */
const CONFLICT = 409;

/**
 * Commits all files of a folder to a dataset repository of the hub, which is created, private, if there is none.
 * HF_ENDPOINT and HF_TOKEN are honoured.
 * @returns address of the repository
 * @throws {InvalidInput} for another form of name, without a token, and where the hub refuses or does not answer
 */
export async function pushToHub(folder: string, name: string, signal?: AbortSignal): Promise<string> {
  const endpoint = hubEndpoint();
  const token = await accessToken();
  if (!/^[\w.-]+\/[\w.-]+$/.test(name))
    throw new InvalidInput('--push', `${name} names no repository`, 'Write owner/name');
  if (token === undefined)
    throw new InvalidInput(
      'HF_TOKEN',
      'is not set',
      'Set it to a token that may write, or run hf auth login',
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
  if (error instanceof HubApiError)
    return new InvalidInput(
      '--push',
      `${endpoint} answers ${error.statusCode} for ${name}: ${error.message}`,
      'Check the name, and that HF_TOKEN may write there',
    );
  const { message, cause } = error as Error;
  return new InvalidInput(
    '--push',
    `the hub at ${endpoint} cannot be reached (${cause instanceof Error ? cause.message : message})`,
    'Check the network or HF_ENDPOINT, and push again: nothing was committed',
  );
}
