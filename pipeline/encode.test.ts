import { expect } from 'chai';

import { buildSource } from '../fixtures/source.js';
import { countFrames, type EncoderTools, pictureCommand } from './encode.js';
import { chooseLadder } from './ladder.js';
import { pictureFilters } from './picture.js';
import type { Source } from './probe.js';

const commandOf = (source: Source, scaler: EncoderTools['scaler'] = 'swscale') => {
  const outputs = chooseLadder(source).map((rendition) => ({
    rendition,
    path: `/out/${rendition.name}.mp4`,
  }));
  return pictureCommand(source, '/in/clip.mov', outputs, { threads: 2, scaler });
};
const small = buildSource({
  video: { width: 640, height: 360, codedWidth: 640, codedHeight: 360 },
});

describe('encoding the pictures', () => {
  it('decodes once and scales each rendition from the next larger one', () => {
    expect(commandOf(small).complexFilter).to.equal(
      [
        `[0:0]${pictureFilters(small, { width: 640, height: 360 }).join(',')},` +
          'tpad=stop_mode=clone:stop=-1,trim=end_frame=300[p0]',
        '[p0]split=2[v0][n1]',
        '[n1]scale=426:240:flags=bicubic,setsar=1[v1]',
      ].join(';'),
    );
  });

  it('scales down by zimg where that is the faster scaler', () => {
    expect(commandOf(small, 'zimg').complexFilter).to.contain(
      '[n1]setfield=prog,zscale=w=426:h=240:f=spline16,setsar=1[v1]',
    );
  });

  it('scales what is encoded ahead from the top of the ladder, with less care for what cannot be seen', () => {
    const source = buildSource();
    const ladder = chooseLadder(source);
    const ahead = (name: string) => {
      const outputs = ladder
        .filter((rendition) => rendition.name === name)
        .map((rendition) => ({ rendition, path: `/out/${name}.mp4` }));
      const tools = { threads: 2, scaler: 'zimg' } as const;
      return pictureCommand(source, '/in/clip.mov', outputs, tools, { top: ladder[0] });
    };
    const filters = pictureFilters(source, { width: 1920, height: 1080 }).join(',');
    expect(ahead('360p').complexFilter).to.equal(
      `[0:0]${filters},setfield=prog,zscale=w=640:h=360:f=spline16,setsar=1,` +
        'tpad=stop_mode=clone:stop=-1,trim=end_frame=300[v0]',
    );
    expect(ahead('360p').inputs[0]?.options.join(' ')).to.contain('-skip_loop_filter bidir -');
    expect(ahead('720p').inputs[0]?.options).to.not.include('-skip_loop_filter');
    expect(commandOf(source).inputs[0]?.options).to.not.include('-skip_loop_filter');
  });

  it('maps the tones of what is encoded ahead at its own size', () => {
    const source = buildSource({ video: { hdr: 'hlg', bitDepth: 10, codec: 'hevc' } });
    const ladder = chooseLadder(source);
    const outputs = ladder.slice(3, 4).map((rendition) => ({ rendition, path: '/out/360p.mp4' }));
    const tools = { threads: 2, scaler: 'zimg' } as const;
    const graph = pictureCommand(source, '/in/clip.mov', outputs, tools, {
      top: ladder[0],
    }).complexFilter;
    expect(graph).to.contain(pictureFilters(source, { width: 640, height: 360 }).join(','));
    expect(graph).to.not.contain('1920');
  });

  it('uses the decoder that the pictures need', () => {
    const alpha = buildSource({ video: { decoder: 'libvpx-vp9' } });
    expect(commandOf(alpha).inputs[0]?.options.join(' ')).to.contain('-c:v libvpx-vp9');
    expect(commandOf(small).inputs[0]?.options).not.to.include('-c:v');
  });

  it('splits nothing for a ladder of one', () => {
    const tiny = buildSource({ video: { width: 128, height: 96 } });
    expect(commandOf(tiny).complexFilter).to.match(/trim=end_frame=300\[v0\]$/);
  });

  it('opens the source with its demuxer, our decoders and local files alone', () => {
    const [input] = commandOf(small).inputs;
    const options = input?.options.join(' ');
    expect(input?.path).to.equal('/in/clip.mov');
    expect(options).to.contain('-protocol_whitelist file -format_whitelist mov');
    expect(options).to.match(/-codec_whitelist h264,hevc,vp8,/);
    expect(options).to.contain('-enable_drefs 0 -use_absolute_path 0');
  });

  it('sets the encoder as the ladder and the keyframe grid want it', () => {
    const [, lowest] = commandOf(small).outputs;
    expect(lowest?.path).to.equal('/out/240p.mp4');
    expect(lowest?.options.join(' ')).to.equal(
      '-map [v1] -vsync passthrough -c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p ' +
        '-crf 23 -maxrate 340000 -bufsize 340000 -rc_init_occupancy 306000 ' +
        '-g 60 -keyint_min 60 -sc_threshold 0 -forced-idr 1 -force_key_frames expr:gte(t,n_forced*2) ' +
        '-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv -threads 2 -a53cc 0 ' +
        '-bsf:v filter_units=remove_types=6 -map_metadata -1 -map_chapters -1 -fflags +bitexact ' +
        '-flags:v +bitexact+cgop ' +
        '-movflags +frag_keyframe+delay_moov+default_base_moof+negative_cts_offsets+write_colr',
    );
  });

  it('lets a short clip spend little ahead of its rate, so that it keeps its cap', () => {
    const short = buildSource({ durationMs: 1000 });
    expect(commandOf(short).outputs[0]?.options.join(' ')).to.contain('-rc_init_occupancy 550000');
  });

  it('counts the frames of the timeline, at least one', () => {
    expect(
      countFrames(
        buildSource({ durationMs: 10_010, video: { frameRate: { num: 30000, den: 1001 } } }),
      ),
    ).to.equal(300);
    expect(countFrames(buildSource({ durationMs: 1 }))).to.equal(1);
  });
});
