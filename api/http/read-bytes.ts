// Reads a body of bytes into memory, up to a limit, once the caller is known to be allowed to send one.

import type { Request } from 'express';

import { ApiError } from '../errors.js';

/** @throws ApiError 413; 415 where the type is another, or the body is compressed */
export async function readBytes(
  request: Request,
  { type, maxBytes }: { readonly type: 'text/vtt'; readonly maxBytes: number },
): Promise<Buffer> {
  const isPlain = (request.get('content-encoding') ?? 'identity') === 'identity';
  const [given = '', charset] = (request.get('content-type') ?? '').toLowerCase().split(';');
  const isUtf8 = charset === undefined || /^\s*charset\s*=\s*"?utf-8"?\s*$/.test(charset);
  if (!isPlain || !isUtf8 || given.trim() !== type) {
    throw new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', `Send ${type} in UTF-8.`);
  }
  const tooLarge = () => {
    request.resume();
    // The rest of the body is of no use, so the connection ends with the answer.
    const headers = { Connection: 'close' };
    const message = `The body is larger than ${maxBytes} bytes.`;
    return new ApiError(413, 'PAYLOAD_TOO_LARGE', message, { headers });
  };
  if (Number(request.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
