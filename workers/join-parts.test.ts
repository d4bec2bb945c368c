import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';

import { type ClipWorld, openClipWorld } from '../fixtures/clip-world.js';
import { ffmpeg, makeClip } from '../fixtures/media.js';
import { readMovie } from '../pipeline/boxes.js';
import { bufferSource } from '../pipeline/boxes-bytes.js';
import type { EncodedPart } from '../pipeline/jobs/media-jobs.js';
import { revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { loadConfig } from '../pipeline/platform/config.js';
import type { Source } from '../pipeline/probe.js';
import { admitUpload } from './admit-upload.js';
import type { WorkerContext } from './context.js';
import { encodeClip } from './encode-clip.js';
import { encodeMedia } from './encode-media.js';
import { encodePart } from './encode-part.js';
import { inspectUpload } from './inspect-upload.js';
import { joinParts } from './join-parts.js';
import { runStage, type StageOrder, type StageRun } from './run-stage.js';
import { withWorkspace } from './workspace.js';

const PARTS = 2;

describe('joining the parts of a clip', function () {
  this.timeout(60_000);
  let world: ClipWorld;
  let clip: string;
  let mediaId: string;
  let source: Source;
  let parts: EncodedPart[];
  before(async () => {
    world = await openClipWorld();
    clip = await makeClip(world.folder, { seconds: 5, rate: '30000/1001', height: 240 });
    mediaId = await world.upload(clip);
    await run('admit', admitUpload);
    source = await inspectUpload(world.context.ffmpeg, clip, loadConfig({}).media);
    parts = [];
    for (const part of [0, 1, 2]) parts.push(await encodeOne(part));
  });
  after(() => world?.close());

  it('gives files whose frames follow each other in time', async () => {
    await joined(parts, async (encoded, folder) => {
      expect(encoded?.renditions.map(({ file }) => file)).to.deep.equal(['240p.mp4']);
      expect(encoded).to.deep.include({ audio: { file: 'audio.mp4' }, degraded: [] });
      expect((await readdir(folder)).sort()).to.deep.equal(['240p.mp4', 'audio.mp4']);
      const { fragments } = await readMovie(bufferSource(await readFile(join(folder, '240p.mp4'))));
      const samples = fragments.flatMap(({ tracks }) => tracks.flatMap((track) => track.samples));
      expect(samples).to.have.lengthOf(150);
      const times = fragments.map(({ tracks }) => tracks[0]?.baseDecodeTime);
      expect(times).to.deep.equal([0, 60_060, 120_120]);
    });
  });

  it('shows at each instant what a run over the whole shows', async () => {
    await joined(parts, async (_, folder) => {
      const whole = join(folder, 'whole');
      await mkdir(whole);
      await encodeClip(world.context.ffmpeg, { source, path: clip, folder: whole });
      const films = [folder, whole].map((each) => join(each, '240p.mp4'));
      expect(await timesOf(films[0])).to.deep.equal(await timesOf(films[1]));
      const log = join(folder, 'ssim');
      const inputs = films.flatMap((film) => ['-i', film]);
      await ffmpeg([...inputs, '-lavfi', `[0:v][1:v]ssim=stats_file=${log}`, '-f', 'null', '-']);
      const likeness = [...(await readFile(log, 'utf8')).matchAll(/All:([\d.]+)/g)];
      expect(likeness).to.have.lengthOf(150);
      // One frame too early or late is below 0.9.
      expect(Math.min(...likeness.map(([, value]) => Number(value)))).to.be.above(0.97);
    });
  });

  it('takes them in any order', async () => {
    await joined(parts.toReversed(), async (encoded) => expect(encoded).to.not.equal(null));
  });

  it('gives up where a part is missing, twice there, of another profile, not whole or swept away', async () => {
    const [first, second, sound] = parts as [EncodedPart, EncodedPart, EncodedPart];
    const short = { ...second, frames: { first: 60, end: 150 } };
    const early = { ...first, frames: { first: 0, end: 60 } };
    const odd: EncodedPart[][] = [
      [],
      [first, second],
      [first, sound],
      [first, first, second, sound],
      [first, { ...second, profile: second.profile + 1 }, sound],
      [first, { ...second, frames: null }, sound],
      [early, short, sound],
      [first, { ...second, revision: 'p1x9-aa' }, sound],
    ];
    for (const some of odd) {
      await joined(some, async (encoded, folder) => {
        expect(encoded).to.equal(null);
        expect(await readdir(folder)).to.deep.equal([]);
      });
    }
  });

  it('makes way for the whole where they are of no use', async () => {
    const encoded = await run('encode', (context, stage) => encodeMedia(context, stage, []));
    expect(encoded.duration_ms).to.equal(5005);
    expect(encoded.files).to.include.members(['240p.mp4', 'audio.mp4']);
  });

  it('publishes what they make, counts what they cost, and gives them up to the sweep', async () => {
    const encoded = await run('encode', (context, stage) => encodeMedia(context, stage, parts));
    expect(encoded.degraded).to.deep.equal([]);
    const spent = parts.reduce((sum, { cost }) => sum + cost.cpu_s, 0);
    expect(encoded.cost.cpu_s).to.be.above(spent);
    const due = await world.context
      .db('object_removals')
      .whereRaw('not_before <= clock_timestamp()')
      .pluck('prefix_or_key');
    for (const { revision } of parts) expect(due).to.include(revisionPrefix(mediaId, revision));
    const key = revisionKey(mediaId, parts[0]?.revision ?? '', '240p.mp4');
    expect(await world.context.storage.head(key)).to.not.equal(null);
  });

  it('leaves the other parts alone when one runs again', async () => {
    const again = await encodeOne(1);
    const later = await world.context
      .db('object_removals')
      .whereRaw(`not_before > clock_timestamp() + interval '1 hour'`)
      .pluck('prefix_or_key');
    expect(later).to.include(revisionPrefix(mediaId, again.revision));
    expect(later.filter((prefix: string) => prefix.includes('/p1x'))).to.have.lengthOf(1);
  });

  async function timesOf(film = ''): Promise<string[]> {
    const list = join(world.folder, 'times.md5');
    await ffmpeg(['-i', film, '-f', 'framemd5', list]);
    const lines = (await readFile(list, 'utf8')).split('\n').filter((line) => /^0,/.test(line));
    return lines.map((line) => line.split(',').slice(0, 4).join());
  }

  const joined = (
    some: readonly EncodedPart[],
    look: (encoded: Awaited<ReturnType<typeof joinParts>>, folder: string) => Promise<unknown>,
  ) =>
    withWorkspace(world.folder, 'joined', async (folder) => {
      const { signal } = new AbortController();
      const job = { mediaId, parts: some, source, folder, signal };
      await look(await joinParts(world.context, job), folder);
    });

  const encodeOne = (part: number) =>
    run(`part${part}`, (context, stage) => encodePart(context, stage, { part, parts: PARTS }));

  function run<T>(
    stage: StageOrder['stage'],
    work: (context: WorkerContext, stage: StageRun) => Promise<T>,
  ): Promise<T> {
    const order: StageOrder = {
      ...{ stage, mediaId, attempt: 1, starts: 1, lastTry: false },
      lockLost: new AbortController().signal,
      deadlineMs: () => 60_000,
    };
    return runStage(world.context, order, (stageRun) => work(world.context, stageRun));
  }
});
