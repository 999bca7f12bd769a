import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { isObject } from '../lib/settings/fits.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';

/**
 * Loads the data converter that encodes payloads: the default export of a module, a `DataConverter` of Temporal's SDK.
 * @throws {InvalidInput} if the module cannot be loaded or exports something else
 */
export async function loadDataConverter(
  module = process.env.COUNTERPOISE_DATA_CONVERTER || undefined,
): Promise<{ dataConverter?: DataConverter }> {
  if (module === undefined) return {};
  const url = pathToFileURL(resolve(module)).href;
  const { default: dataConverter }: { default?: unknown } = await import(url).catch((error: Error) => {
    throw invalid(module, error.message);
  });
  if (isDataConverter(dataConverter)) return { dataConverter };
  throw invalid(module, 'its default export is no data converter');
}

const invalid = (module: string, problem: string) =>
  new InvalidInput(
    '--data-converter',
    `${module}: ${problem}`,
    'Name a JavaScript module with `export default { payloadCodecs: [codec] }`',
  );

const FIELDS = ['payloadCodecs', 'payloadConverterPath', 'failureConverterPath'];

const isDataConverter = (value: unknown): value is DataConverter =>
  isObject(value) && Object.keys(value).some((field) => FIELDS.includes(field));
