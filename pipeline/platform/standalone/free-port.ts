// Ports of this machine.

import { once } from 'node:events';
import { createServer } from 'node:net';

/** One that nobody listens on at this moment. */
export const findFreePort = (host = '127.0.0.1'): Promise<number> => tryPort(0, host);

/** @throws Error naming the port where somebody listens on it */
export async function checkPort(port: number, host: string): Promise<void> {
  await tryPort(port, host).catch((cause) => {
    throw new Error(`Port ${port} of ${host} cannot be listened on; set PORT to another`, {
      cause,
    });
  });
}

async function tryPort(port: number, host: string): Promise<number> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
