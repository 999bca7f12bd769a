/**
 * A payload that cannot be decoded would fail the task of its workflow for good. It arrives as a text in its place, which
 * every handler refuses by name.
 */
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';

/** Deeper than any message or setting, and shallow enough for recursive code. */
const DEEPEST = 100;
/** Bytes of what a workflow is sent: more takes long to decode in the sandbox, again at every replay, and none needs it. */
const LARGEST = 300_000;

export const readablePayloads: PayloadCodec = {
  encode: async (payloads) => payloads,
  decode: async (payloads, context) =>
    payloads.map((payload) => {
      const isTooLarge = context?.type === 'workflow' && (payload.data?.length ?? 0) > LARGEST;
      return !isTooLarge && isReadable(payload) ? payload : UNREADABLE;
    }),
};

const UNREADABLE = defaultPayloadConverter.toPayload('a payload that is too large or cannot be read');

function isReadable(payload: Payload): boolean {
  try {
    return isShallow(defaultPayloadConverter.fromPayload(payload));
  } catch {
    return false;
  }
}

/** Level by level, because recursion is what deep values break. */
function isShallow(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++)
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null && !ArrayBuffer.isView(one) ? Object.values(one) : [],
    );
  return level.length === 0;
}
