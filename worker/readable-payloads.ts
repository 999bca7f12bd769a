/**
 * A payload that cannot be decoded would fail its workflow task forever. It is replaced by a text that every handler
 * rejects with a message.
 */
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';

/** Deeper than any valid message, but safe for recursive code. */
const DEEPEST = 100;
/** Maximum payload bytes: more takes long to decode in the sandbox, at every replay, and no valid message needs it. */
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

/** Iterates level by level, because deep values would overflow recursion. */
function isShallow(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++)
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null && !ArrayBuffer.isView(one) ? Object.values(one) : [],
    );
  return level.length === 0;
}
