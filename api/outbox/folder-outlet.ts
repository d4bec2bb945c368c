// Letters as files, for eyes with access to the data only: where no server is configured to send them.

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Outlet } from './outlets.js';

/** A letter sent twice is one file: its name is the letter's. */
export const folderOutlet = (folder: string, from: string): Outlet => ({
  async send({ id, to, subject, text }) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${id}.txt`);
    const lines = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, '', text, ''];
    await writeFile(`${path}.part`, lines.join('\n'), { mode: 0o600 });
    await rename(`${path}.part`, path);
  },
  close() {},
});
