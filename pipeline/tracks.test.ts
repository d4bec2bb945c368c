import { expect } from 'chai';

import { MediaError } from './media-error.js';
import { readProbe } from './probe.js';
import type { Packet } from './timeline.js';
import { listAudio, listVideo, refuseProtected } from './tracks.js';

const probeOf = (...streams: object[]) =>
  readProbe(JSON.stringify({ streams: streams.map((stream, index) => ({ index, ...stream })) }));
const video = (more: object = {}) => ({ codec_type: 'video', codec_name: 'h264', ...more });
const audio = (more: object = {}) => ({ codec_type: 'audio', codec_name: 'aac', ...more });
const packets = (stream: number, count: number): Packet[] =>
  Array.from({ length: count }, (_, index) => ({
    stream,
    time: index / 30,
    duration: 1 / 30,
    isDiscarded: false,
    isKey: index === 0,
  }));
const codeOf = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return error instanceof MediaError ? error.code : error;
  }
};
const chosen = (probe: ReturnType<typeof probeOf>, all: Packet[]) =>
  listVideo(probe, all).map(({ stream }) => stream.index);

describe('listing the tracks of a picture', () => {
  it('prefers the default track to the first', () => {
    const probe = probeOf(video(), video({ disposition: { default: 1 } }));
    expect(chosen(probe, [...packets(0, 9), ...packets(1, 9)])).to.deep.equal([1, 0]);
  });

  it('prefers a film to a default track of one picture', () => {
    const probe = probeOf(video({ disposition: { default: 1 } }), video());
    expect(chosen(probe, [...packets(0, 1), ...packets(1, 9)])).to.deep.equal([1, 0]);
  });

  it('prefers a film to its thumbnails, and then the first of two', () => {
    const still = video({ codec_name: 'mjpeg', disposition: { default: 1, timed_thumbnails: 1 } });
    const sparse = video({ codec_name: 'mjpeg', disposition: { default: 1 } });
    const all = [...packets(0, 9), ...packets(1, 90), ...packets(2, 90)];
    const small = video({ width: 320, height: 180 });
    const large = video({ width: 1280, height: 720 });
    expect(chosen(probeOf(still, small, large), all)).to.deep.equal([1, 2, 0]);
    expect(chosen(probeOf(sparse, small, large), all)).to.deep.equal([1, 2, 0]);
  });

  it('refuses Dolby Vision without a base layer, also where ffprobe cannot see it', () => {
    const of = (profile: number, compatibility: number) => () =>
      listVideo(probeOf(video()), packets(0, 9), [
        { crop: null, orientation: null, shapesCrop: false, dolby: { profile, compatibility } },
      ]).length;
    expect(codeOf(of(5, 0))).to.equal('HDR_UNSUPPORTED');
    expect(codeOf(of(10, 0))).to.equal('HDR_UNSUPPORTED');
    expect(codeOf(of(8, 4))).to.equal(1);
  });

  it('passes over empty tracks and attached covers', () => {
    const cover = video({ codec_name: 'mjpeg', disposition: { attached_pic: 1 } });
    const probe = probeOf(cover, video(), video());
    expect(chosen(probe, [...packets(0, 1), ...packets(2, 9)])).to.deep.equal([2]);
  });

  it('says when there is none, none that is known, or none with anything in it', () => {
    expect(codeOf(() => listVideo(probeOf(audio()), []))).to.equal('NO_VIDEO_STREAM');
    expect(codeOf(() => listVideo(probeOf(video({ codec_name: 'vvc' })), []))).to.equal(
      'UNSUPPORTED_FORMAT',
    );
    expect(codeOf(() => listVideo(probeOf(video({ codec_name: 'mpeg1video' })), []))).to.equal(
      'UNSUPPORTED_FORMAT',
    );
    expect(codeOf(() => listVideo(probeOf(video()), []))).to.equal('CORRUPT_MEDIA');
  });

  it('refuses a film of whose listed pictures many are missing', () => {
    const probe = probeOf(video({ nb_frames: '100' }));
    expect(codeOf(() => listVideo(probe, packets(0, 60)))).to.equal('CORRUPT_MEDIA');
    expect(chosen(probe, packets(0, 97))).to.deep.equal([0]);
  });

  it('takes a film from which an edit list cut more than it shows', () => {
    const cut = { nb_frames: '100', duration: '2' };
    expect(chosen(probeOf(video(cut)), packets(0, 60))).to.deep.equal([0]);
  });

  it('refuses Dolby Vision without a standard picture, and takes it with one', () => {
    const dolby = (dv_profile: number, dv_bl_signal_compatibility_id: number) =>
      probeOf(
        video({
          codec_name: 'hevc',
          side_data_list: [
            {
              side_data_type: 'DOVI configuration record',
              dv_profile,
              dv_bl_signal_compatibility_id,
            },
          ],
        }),
      );
    expect(codeOf(() => listVideo(dolby(5, 0), packets(0, 9)))).to.equal('HDR_UNSUPPORTED');
    expect(codeOf(() => listVideo(dolby(10, 0), packets(0, 9)))).to.equal('HDR_UNSUPPORTED');
    expect(chosen(dolby(8, 4), packets(0, 9))).to.deep.equal([0]);
  });
});

describe('looking for protection', () => {
  it('finds it in names of tracks and in the keys of WebM', () => {
    const refuse = (stream: object) => codeOf(() => refuseProtected(probeOf(stream).streams));
    expect(refuse(video({ codec_tag_string: 'encv' }))).to.equal('DRM_PROTECTED');
    expect(refuse(audio({ codec_tag_string: 'drms' }))).to.equal('DRM_PROTECTED');
    expect(refuse(video({ tags: { enc_key_id: 'AAAA' } }))).to.equal('DRM_PROTECTED');
    expect(refuse(video({ codec_tag_string: 'avc1' }))).to.equal(undefined);
  });
});

describe('listing the tracks of sound', () => {
  it('puts what can be decoded before what cannot', () => {
    const probe = probeOf(
      video(),
      audio({ codec_name: 'apac', disposition: { default: 1 } }),
      audio(),
    );
    const all = [...packets(0, 9), ...packets(1, 9), ...packets(2, 9)];
    expect(listAudio(probe, all).map(({ stream }) => stream.index)).to.deep.equal([2, 1]);
  });
});
