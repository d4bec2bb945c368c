// Asks for a password on a terminal, without showing it.

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Resolves with what was typed, '' where it was only Enter. */
export function askPassword(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => {
      process.stderr.write('\n');
      reject(new Error('No password was given'));
    });
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
  });
}
