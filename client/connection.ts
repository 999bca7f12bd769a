import { Client, Connection, type ConnectionOptions, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { loadDataConverter } from './data-converter.ts';
import { type Home, runningEmbeddedServer } from './home.ts';

/** The flags that select a server. */
export interface ConnectionChoice {
  address?: string;
  namespace?: string;
  dataConverter?: string;
}

/** A connection to a Temporal server. */
export interface Connected {
  client: Client;
  address: string;
  namespace: string;
  /** Address, TLS, API key and metadata, also for the connections of workers. */
  options: Pick<ConnectionOptions, 'tls' | 'metadata'> & { address: string; apiKey?: string };
  uiAddress?: string;
  close(): Promise<void>;
}

/**
 * Connects to the Temporal server of the flags, the environment or Temporal's configuration file, the embedded server that
 * another command of this home runs, or localhost:7233, in that order.
 * @throws {InvalidInput} if the configuration cannot be read, no server responds, or the namespace does not exist
 */
export async function connect(choice: ConnectionChoice, home: Home): Promise<Connected> {
  const converter = await loadDataConverter(choice.dataConverter);
  const { connectionOptions, namespace: configured } = readConfiguration();
  const embedded = await runningEmbeddedServer(home);
  const address = choice.address ?? connectionOptions.address ?? embedded?.address ?? 'localhost:7233';
  const namespace = choice.namespace ?? configured ?? 'default';
  const options = { ...connectionOptions, address } as Connected['options'];
  const connection = await Connection.connect({ ...options, connectTimeout: '5 seconds' }).catch(
    ({ message }: Error) => {
      const isRefused = /unauthenticated|permission|unauthorized/i.test(message);
      throw new InvalidInput(
        'Temporal server',
        `${address} ${isRefused ? `refuses the connection (${message})` : 'does not answer'}`,
        'Give --address or TEMPORAL_ADDRESS, or let the command bring its own server with --embedded',
      );
    },
  );
  await checkNamespace(connection, address, namespace).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  return {
    client: new Client({ connection, namespace, ...converter }),
    address,
    namespace,
    options,
    uiAddress: address === embedded?.address ? embedded.uiAddress : undefined,
    close: () => connection.close(),
  };
}

function readConfiguration() {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    throw new InvalidInput(
      'Temporal configuration',
      (error as Error).message,
      'Check TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the other TEMPORAL_ variables',
    );
  }
}

/** `google.rpc.Code` for a namespace that does not exist, or not for this client. */
const NO_NAMESPACE = [3, 5, 16];

/** Checks the namespace, because other calls report a mistyped one in different ways, or not at all. */
async function checkNamespace(connection: Connection, address: string, namespace: string): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + 5_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    // If only this call is rejected or unanswered, others may still work.
    if (!isGrpcServiceError(error) || !NO_NAMESPACE.includes(error.code)) return;
    throw new InvalidInput(
      'Temporal namespace',
      `${address} has no namespace ${namespace}${error.code === 16 ? ' for this client' : ''}`,
      "Check --namespace or TEMPORAL_NAMESPACE; in Temporal's cloud it is written <name>.<account>",
    );
  }
}

/** Address of a run's page in the Web UI. */
export function runPage(connected: Connected, workflowId: string): string | undefined {
  if (!connected.uiAddress) return undefined;
  return `${connected.uiAddress}/namespaces/${connected.namespace}/workflows/${encodeURIComponent(workflowId)}`;
}
