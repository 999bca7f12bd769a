// Payloads encrypted with AES-GCM: COUNTERPOISE_DATA_CONVERTER=encryption.mjs, and 32 bytes in hex as PAYLOAD_KEY.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import proto from '@temporalio/proto';

const { Payload } = proto.temporal.api.common.v1;
const ENCODING = Buffer.from('binary/encrypted');
const key = Buffer.from(process.env.PAYLOAD_KEY ?? '', 'hex');
if (key.length !== 32) throw new Error('PAYLOAD_KEY has to be 64 hexadecimal digits');

/** The nonce, the tag and the encrypted payload, one after the other. */
function encrypt(payload) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const text = Buffer.concat([cipher.update(Payload.encode(payload).finish()), cipher.final()]);
  return { metadata: { encoding: ENCODING }, data: Buffer.concat([nonce, cipher.getAuthTag(), text]) };
}

function decrypt(payload) {
  if (!ENCODING.equals(payload.metadata?.encoding ?? [])) return payload;
  const { data } = payload;
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12));
  decipher.setAuthTag(data.subarray(12, 28));
  return Payload.decode(Buffer.concat([decipher.update(data.subarray(28)), decipher.final()]));
}

export default {
  payloadCodecs: [
    {
      encode: async (payloads) => payloads.map(encrypt),
      decode: async (payloads) => payloads.map(decrypt),
    },
  ],
};
