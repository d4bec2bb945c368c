// How full the file systems are that a process' folders lie on.

import { statfs } from 'node:fs/promises';

import type { Metrics, Sample } from './metrics.js';

/** @param folders by the names that they get; one that is not there (yet) has no series */
export function watchDisks(metrics: Metrics, folders: Readonly<Record<string, string>>): void {
  const disk = (name: string, help: string, pick: (space: Space) => number) =>
    metrics.gauge({ name, help, labels: ['folder'] }, async () => {
      const samples = Object.entries(folders).map(([folder, path]) =>
        statfs(path).then(
          (space): Sample<'folder'>[] => [{ labels: { folder }, value: pick(space) }],
          () => [],
        ),
      );
      return (await Promise.all(samples)).flat();
    });
  disk('disk_size_bytes', 'Size of the file system that a folder of ours lies on', (space) =>
    inBytes(space, space.blocks),
  );
  disk('disk_used_bytes', 'What of it is in use', (space) =>
    inBytes(space, space.blocks - space.bfree),
  );
  disk('disk_free_bytes', 'What of it we may still use', (space) => inBytes(space, space.bavail));
}

type Space = Readonly<Record<'bsize' | 'blocks' | 'bfree' | 'bavail', number>>;

const inBytes = ({ bsize }: Space, blocks: number) => bsize * blocks;
