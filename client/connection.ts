import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { type Home, runningEmbeddedServer } from './home.ts';

export interface ConnectionChoice {
  address?: string;
  namespace?: string;
}

/** A connection to a Temporal server, and where its Web UI is if that is known. */
export interface Connected {
  client: Client;
  address: string;
  namespace: string;
  uiAddress?: string;
  close(): Promise<void>;
}

const DEFAULT_ADDRESS = 'localhost:7233';

/**
 * Connects to the Temporal server that the flags name, else the environment and Temporal's own configuration file
 * (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_PROFILE`, TLS), else the embedded server
 * that another command of this home has running, else localhost:7233.
 * @throws {InvalidInput} when no server answers there
 */
export async function connect(choice: ConnectionChoice, home: Home): Promise<Connected> {
  const configured = loadClientConnectConfig();
  const embedded = await runningEmbeddedServer(home);
  const given = choice.address ?? configured.connectionOptions.address;
  const address = given ?? embedded?.address ?? DEFAULT_ADDRESS;
  const namespace = choice.namespace ?? configured.namespace ?? 'default';
  const options = {
    ...configured.connectionOptions,
    address,
    connectTimeout: '5 seconds',
  } as ConnectionOptions;
  const connection = await Connection.connect(options).catch((error: Error) => {
    throw noServer(address, error);
  });
  return {
    client: new Client({ connection, namespace }),
    address,
    namespace,
    uiAddress: address === embedded?.address ? embedded.uiAddress : undefined,
    close: () => connection.close(),
  };
}

function noServer(address: string, error: Error): InvalidInput {
  const reason = /unauthenticated|permission|unauthorized/i.test(error.message)
    ? `refuses the connection (${error.message})`
    : 'does not answer';
  return new InvalidInput(
    'Temporal server',
    `${address} ${reason}`,
    'Give --address or TEMPORAL_ADDRESS, or let the command bring its own server with --embedded',
  );
}

/** Address of a run's page in the Web UI. */
export function runPage(connected: Connected, workflowId: string): string | undefined {
  if (!connected.uiAddress) return undefined;
  return `${connected.uiAddress}/namespaces/${connected.namespace}/workflows/${encodeURIComponent(workflowId)}`;
}
