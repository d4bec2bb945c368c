// A reply that was checked against its schema and written out before: sent as it is, however often.

import type { z } from 'zod';

/** For routes that may give many callers the same; never where a reply is kept for an Idempotency-Key. */
export class CheckedReply {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export const checkReply = <Reply extends z.ZodType>(
  schema: Reply,
  reply: z.input<Reply>,
): CheckedReply => new CheckedReply(JSON.stringify(schema.parse(reply)));
