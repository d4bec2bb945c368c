// How far one clip is: a live bar on a terminal, a few plain lines elsewhere.

import type { WriteStream } from 'node:tty';

import type { ClipStage } from './clip-to-folder.js';

export interface ClipProgress {
  report(stage: ClipStage, fraction: number): void;
  /** Takes the bar away, so that what is written next has a line of its own. */
  close(): void;
}

const WIDTH = 32;
const SHARES: Record<ClipStage, readonly [start: number, width: number]> = {
  admitting: [0, 0.03],
  encoding: [0.03, 0.92],
  packaging: [0.95, 0.05],
};

export function openClipProgress(
  out: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean },
): ClipProgress {
  let told = '';
  return {
    report(stage, fraction) {
      const [start, width] = SHARES[stage];
      const done = start + width * Math.min(1, Math.max(0, fraction));
      const line = out.isTTY ? bar(stage, done) : step(stage, fraction);
      if (line === told) return;
      told = line;
      out.write(line);
    },
    close() {
      if (out.isTTY && told) out.write('\r\x1b[2K');
    },
  };
}

function bar(stage: ClipStage, done: number): string {
  const filled = Math.round(WIDTH * done);
  const cells = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  return `\r\x1b[2K${cells} ${String(Math.floor(done * 100)).padStart(3)} %  ${stage}`;
}

/** A log wants to know each stage and the quarters of the long one, not every per cent. */
const step = (stage: ClipStage, fraction: number): string =>
  stage === 'encoding' ? `encoding ${Math.floor(fraction * 4) * 25} %\n` : `${stage}\n`;
