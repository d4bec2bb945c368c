// A checked stream as a table for people.

import { codecString } from '../pipeline/codecs.js';
import type { Finding } from '../pipeline/hls-rules.js';
import { entryOf, isRead, type ParsedTrack } from '../pipeline/hls-stream.js';
import { frameDuration, trackDuration } from '../pipeline/hls-times.js';
import { averageBitrate, peakBitrate } from '../pipeline/measure-segments.js';
import type { CheckedStream } from './check-stream.js';

export function describeStream({ stream, findings }: CheckedStream): string {
  const head = ['rendition', 'role', 'codec', 'size', 'fps', 'avg kb/s', 'peak kb/s', 'segments'];
  const rows = stream.tracks.map(toRow);
  return [
    toTable([[...head, 'seconds'], ...rows]),
    '',
    ...findings.map(toLine),
    ...(findings.length > 0 ? [''] : []),
    `${count(findings, 'MUST')} MUST broken, ${count(findings, 'SHOULD')} SHOULD broken`,
    '',
  ].join('\n');
}

function toRow(track: ParsedTrack): string[] {
  const name = [track.name, track.role];
  if (!isRead(track)) return [...name, 'unread', '', '', '', '', '', ''];
  const entry = entryOf(track);
  const isPicture = track.role !== 'audio';
  const costs = track.segments.map(({ size, listed }) => ({ size, duration: listed.duration }));
  return [
    ...name,
    entry ? codecString(entry) : '',
    isPicture ? `${track.track.width}x${track.track.height}` : `${entry?.channels ?? 0} ch`,
    track.role === 'video' ? (1 / frameDuration(track)).toFixed(3) : '',
    (averageBitrate(costs) / 1000).toFixed(0),
    (peakBitrate(costs) / 1000).toFixed(0),
    `${track.segments.length}`,
    trackDuration(track).toFixed(3),
  ];
}

function toTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const toLine = ({ level, rule, apple, rendition, message }: Finding): string =>
  `${level.padEnd(6)}  ${rule} (${apple})  ${rendition ?? 'stream'}: ${message}`;

const count = (findings: readonly Finding[], level: Finding['level']): number =>
  findings.filter((finding) => finding.level === level).length;
