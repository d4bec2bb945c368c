// Text messages by Twilio's REST interface.

import { type Outlet, RefusedLetter } from './outlets.js';

interface Account {
  readonly account: string;
  readonly token: string;
  readonly from: string;
  readonly origin: string;
}

const PATIENCE_MS = 10_000;

export const twilioOutlet = ({ account, token, from, origin }: Account): Outlet => ({
  async send({ to, text }) {
    const address = `${origin}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`,
      },
      body: new URLSearchParams({ From: from, To: to, Body: text }),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
    // 400 is about this number; anything else may be mended.
    if (response.status === 400) throw new RefusedLetter('the number was refused');
    if (!response.ok) throw new Error(`Twilio answered ${response.status}`);
  },
  close() {},
});
