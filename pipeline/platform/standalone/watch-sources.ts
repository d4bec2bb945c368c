// Tells when a source file of the processes changes.

import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDERS = ['api', 'pipeline', 'workers', 'migrations'];
const SETTLE_MS = 200;

/** Many changes at once are one; tests and pages (which Vite builds) do not count. Returns how to end it. */
export function watchSources(changed: (file: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers = FOLDERS.map((folder) => {
    const path = fileURLToPath(new URL(`../../../${folder}`, import.meta.url));
    return watch(path, { recursive: true }, (_event, file) => {
      if (!file?.endsWith('.ts') || file.endsWith('.test.ts')) return;
      clearTimeout(timer);
      timer = setTimeout(() => changed(`${folder}/${file}`), SETTLE_MS);
    });
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
