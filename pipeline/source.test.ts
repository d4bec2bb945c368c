import { expect } from 'chai';

import { readFrames, readProbe } from './probe.js';
import { type Measured, toSource } from './source.js';
import { measureTrack, type Packet } from './timeline.js';

interface Shape {
  stream?: object;
  frame?: object;
  rate?: number;
  count?: number;
  from?: number;
  sound?: { start: number; end: number };
  more?: Partial<Measured>;
}

/** A second of 640 × 480 at 30 frames a second, unless told otherwise. */
function measured({
  stream,
  frame,
  rate = 30,
  count = 30,
  from = 0,
  sound,
  more,
}: Shape): Measured {
  const packets = Array.from({ length: count }, (_, index): Packet => {
    return {
      stream: 0,
      time: from + index / rate,
      duration: 1 / rate,
      isDiscarded: false,
      isKey: index === 0,
    };
  });
  const { streams } = readProbe(
    JSON.stringify({
      streams: [
        { index: 0, codec_type: 'video', codec_name: 'h264', width: 640, height: 480, ...stream },
        { index: 1, codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' },
      ],
    }),
  );
  const [video = expect.fail(), audio = expect.fail()] = streams;
  const frames = [0, 1, 2].map((index) => ({
    ...{ best_effort_timestamp_time: `${from + index / rate}`, width: 640, height: 480 },
    ...{ pix_fmt: 'yuv420p', ...frame },
  }));
  return {
    container: 'mov',
    video: { stream: video, timing: measureTrack(packets, 0) ?? expect.fail() },
    pictures: readFrames(JSON.stringify({ frames })),
    audio: sound
      ? {
          stream: audio,
          timing: { ...sound, count: 40, firstKey: null, gaps: [] },
          start: sound.start,
        }
      : null,
    framing: null,
    claimed: undefined,
    seekLead: null,
    degraded: [],
    sounds: [],
    ...more,
  };
}
const sourceOf = (shape: Shape) => toSource(measured(shape));

describe('putting a source together', () => {
  it('starts at whichever track is shown first', () => {
    expect(sourceOf({ from: 2 })).to.include({ origin: 2, durationMs: 1000 });
    expect(sourceOf({ from: 2, sound: { start: 1.5, end: 3 } })).to.include({
      origin: 1.5,
      durationMs: 1500,
    });
  });

  it('ends with the picture, or with sound that goes on well after it', () => {
    expect(sourceOf({ sound: { start: 0, end: 1.04 } }).durationMs).to.equal(1000);
    expect(sourceOf({ sound: { start: 0, end: 1.5 } }).durationMs).to.equal(1500);
  });

  it('says when the file holds far less than it announces', () => {
    expect(sourceOf({ more: { claimed: 60 } }).degraded).to.deep.equal(['SOURCE_TRUNCATED']);
    expect(sourceOf({ more: { claimed: 1.2 } }).degraded).to.deep.equal([]);
  });

  it('starts AVI pictures with their track, however late a decoder stamps the first', () => {
    const avi = measured({
      frame: { best_effort_timestamp_time: '0.033' },
      more: { container: 'avi' },
    });
    expect(toSource(avi)).to.include({ origin: 0, durationMs: 1000 });
    expect(toSource(avi).video).to.include({ start: 0, delay: 0.033 });
  });

  it('moves the start of sound onto the grid of the pictures', () => {
    expect(sourceOf({ from: 2, sound: { start: 1.98, end: 3 } }).origin).to.be.closeTo(
      2 - 1 / 30,
      1e-9,
    );
  });

  it('caps the rate at 60, keeping every second frame of 119.88', () => {
    expect(sourceOf({ rate: 240, count: 240 }).video.frameRate).to.deep.equal({ num: 60, den: 1 });
    const ntsc = sourceOf({
      rate: 120_000 / 1001,
      count: 120,
      stream: { r_frame_rate: '120000/1001' },
    });
    expect(ntsc.video.frameRate).to.deep.equal({ num: 60_000, den: 1001 });
  });

  it('counts two fields that came as two packets as one frame', () => {
    const interlaced = measured({ rate: 60, count: 60 });
    const frames = [0, 1, 2].map((index) => ({
      ...{ best_effort_timestamp_time: `${index / 30}`, pix_fmt: 'yuv420p', interlaced_frame: 1 },
    }));
    const { video } = toSource({ ...interlaced, pictures: readFrames(JSON.stringify({ frames })) });
    expect(video).to.deep.include({
      frameRate: { num: 30, den: 1 },
      frameCount: 30,
      isInterlaced: true,
    });
  });

  it('takes untagged pictures for BT.601 below 720 lines and BT.709 from there', () => {
    expect(sourceOf({}).video.colour.matrix).to.equal('smpte170m');
    expect(sourceOf({ frame: { width: 1280, height: 720 } }).video.colour.matrix).to.equal('bt709');
    expect(sourceOf({ frame: { color_space: 'bt709' } }).video.colour.matrix).to.equal('bt709');
  });

  it('sees full range, depth and HDR in the decoded picture', () => {
    expect(sourceOf({ frame: { pix_fmt: 'yuvj420p' } }).video.colour.range).to.equal('pc');
    const hdr = sourceOf({ frame: { pix_fmt: 'yuv420p10le', color_transfer: 'arib-std-b67' } });
    expect(hdr.video).to.include({ bitDepth: 10, hdr: 'hlg' });
  });

  it('widens pixels that are not square, and ignores an absurd aspect', () => {
    expect(sourceOf({ stream: { sample_aspect_ratio: '4:3' } }).video.width).to.equal(853);
    expect(sourceOf({ stream: { sample_aspect_ratio: '9000:1' } }).video.width).to.equal(640);
  });
});
