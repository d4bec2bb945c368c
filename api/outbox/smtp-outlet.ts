// Mail by SMTP. Nodemailer speaks the protocol, its extensions and the encodings of headers.

import { createTransport } from 'nodemailer';

import { type Outlet, RefusedLetter } from './outlets.js';

const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** `url` is `smtp://user:password@host:587` or `smtps://…`. */
export function smtpOutlet(url: string, from: string): Outlet {
  const transport = createTransport({ url, pool: true, maxConnections: 2, ...PATIENCE });
  const host = /@([^>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    async send({ id, to, subject, text }) {
      // As an object the address is not parsed: it can be one receiver only.
      const receiver = { name: '', address: to };
      try {
        await transport.sendMail({
          from,
          to: receiver,
          subject,
          text,
          messageId: `<${id}@${host}>`,
        });
      } catch (cause) {
        if (isForGood(cause)) throw new RefusedLetter('the receiver was refused', { cause });
        throw cause;
      }
    },
    close: () => transport.close(),
  };
}

/** 5xx to RCPT TO; what the server has against us (AUTH, MAIL FROM) may be mended. */
const isForGood = (err: unknown): boolean => {
  const { code, responseCode } = err as { code?: string; responseCode?: number };
  return code === 'EENVELOPE' && (responseCode ?? 0) >= 550 && (responseCode ?? 0) < 560;
};
