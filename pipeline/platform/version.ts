// Which version of this program runs.

import { readFileSync } from 'node:fs';

/** From package.json, which lies above the sources as well as above what is built. */
export function readVersion(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    const { version } = readIfThere(new URL(up, import.meta.url));
    if (typeof version === 'string') return version;
  }
  return 'unknown';
}

function readIfThere(file: URL): { version?: unknown } {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
