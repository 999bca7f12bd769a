import type { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';

/** `temporal.api.enums.v1.IndexedValueType`, by the names that the SDK gives to the types of search attributes. */
const INDEXED_VALUE_TYPE: Record<string, number> = { KEYWORD: 2, DOUBLE: 4, BOOL: 5 };

/**
 * Registers the product's search attributes where that is allowed.
 * @returns whether the server knows them all afterwards
 */
export async function registerSearchAttributes(
  connection: NativeConnection,
  namespace: string,
): Promise<boolean> {
  const missing = await missingAttributes(connection, namespace);
  if (missing.length === 0) return true;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]!]),
      ),
    });
  } catch {
    // Hosted servers and workers without the operator's rights do not let them be added; another worker may have
    // been quicker. Either way the second look shows it.
  }
  return (await missingAttributes(connection, namespace)).length === 0;
}

async function missingAttributes(connection: NativeConnection, namespace: string) {
  try {
    const known = await connection.operatorService.listSearchAttributes({ namespace });
    return SEARCH_ATTRIBUTES.filter(({ name }) => !known.customAttributes[name]);
  } catch {
    return SEARCH_ATTRIBUTES;
  }
}
