import { expect } from 'chai';
import fc from 'fast-check';

import { numberOf, PlaylistError, readAttributes, resolutionOf, textOf } from './hls-attributes.js';
import { parseMediaPlaylist } from './hls-parse-media.js';
import { parseMultivariant } from './hls-parse-multivariant.js';
import {
  type SingleFile,
  type Variant,
  writeIframePlaylist,
  writeMediaPlaylist,
  writeMultivariant,
} from './playlists.js';

const variant = (name: string, bandwidth: number): Variant => ({
  playlist: `${name}.m3u8`,
  ...{ width: 1280, height: 720, frameRate: 30_000 / 1001, videoCodec: 'avc1.64001f' },
  ...{ bandwidth, averageBandwidth: bandwidth - 1000 },
  iframes: { playlist: `${name}-iframes.m3u8`, bandwidth: 90_000, averageBandwidth: 80_000 },
});
const audio = { playlist: 'audio.m3u8', codec: 'mp4a.40.2', channels: 2 };
const file: SingleFile = {
  ...{ file: '720p.mp4', initSize: 814, targetDuration: 4 },
  segments: [
    { duration: 4.004, range: { offset: 814, length: 179_384 } },
    { duration: 1.0677, range: { offset: 180_198, length: 30_255 } },
  ],
};

describe('writing the multivariant playlist', () => {
  it('says all of a variant', () => {
    expect(writeMultivariant([variant('720p', 2_000_000)], audio)).to.equal(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",LANGUAGE="und",NAME="Original",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=1999000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="audio",CLOSED-CAPTIONS=NONE
720p.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,AVERAGE-BANDWIDTH=80000,CODECS="avc1.64001f",RESOLUTION=1280x720,VIDEO-RANGE=SDR,URI="720p-iframes.m3u8"
`);
  });

  it('names no sound where there is none', () => {
    const text = writeMultivariant([variant('720p', 2_000_000)], null);
    expect(text).to.include('CODECS="avc1.64001f",').and.not.to.include('AUDIO');
  });

  it('starts with the variant nearest to 2 Mb/s, the rest from the highest down', () => {
    const rates = { '1080p': 5e6, '720p': 2.6e6, '480p': 1.2e6, '360p': 7e5 };
    const variants = Object.entries(rates).map(([name, rate]) => variant(name, rate));
    const { variants: listed } = parseMultivariant(writeMultivariant(variants, audio));
    expect(listed.map(({ uri }) => uri)).to.deep.equal(
      ['720p', '1080p', '480p', '360p'].map((name) => `${name}.m3u8`),
    );
  });

  it('can be read again', () => {
    const rates = fc.array(fc.integer({ min: 2000, max: 9_000_000 }), {
      minLength: 1,
      maxLength: 6,
    });
    const property = fc.property(rates, fc.boolean(), (bandwidths, hasSound) => {
      const variants = bandwidths.map((bandwidth, index) => variant(`v${index}`, bandwidth));
      const parsed = parseMultivariant(writeMultivariant(variants, hasSound ? audio : null));
      expect(parsed).to.deep.include({ version: 7, isIndependent: true });
      expect(parsed.media).to.have.length(hasSound ? 1 : 0);
      expect(parsed.iframeStreams).to.have.length(variants.length);
      for (const { playlist, bandwidth } of variants) {
        const tag = parsed.variants.find(({ uri }) => uri === playlist);
        expect(tag && numberOf(tag.attributes, 'BANDWIDTH')).to.equal(bandwidth);
        expect(tag && resolutionOf(tag.attributes)).to.deep.equal({ width: 1280, height: 720 });
      }
    });
    fc.assert(property);
  });
});

describe('writing a media playlist', () => {
  it('lists byte ranges of one file', () => {
    expect(writeMediaPlaylist(file)).to.equal(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="720p.mp4",BYTERANGE="814@0"
#EXTINF:4.004000,
#EXT-X-BYTERANGE:179384@814
720p.mp4
#EXTINF:1.067700,
#EXT-X-BYTERANGE:30255@180198
720p.mp4
#EXT-X-ENDLIST
`);
  });

  it('marks keyframes for scrubbing', () => {
    expect(writeIframePlaylist(file)).to.include('\n#EXT-X-I-FRAMES-ONLY\n');
  });

  it('can be read again', () => {
    const segment = fc.record({
      duration: fc.integer({ min: 1, max: 10_000_000 }).map((micros) => micros / 1e6),
      range: fc.record({ offset: fc.nat(2 ** 31), length: fc.nat(2 ** 31) }),
    });
    const content = fc.record({
      ...{ file: fc.constantFrom('1080p.mp4', 'audio.mp4'), initSize: fc.nat(5000) },
      targetDuration: fc.integer({ min: 1, max: 10 }),
      segments: fc.array(segment, { maxLength: 20 }),
    });
    const property = fc.property(content, fc.boolean(), (written, isIframes) => {
      const text = isIframes ? writeIframePlaylist(written) : writeMediaPlaylist(written);
      const parsed = parseMediaPlaylist(text);
      expect(parsed).to.deep.include({
        ...{ version: 7, targetDuration: written.targetDuration, type: 'VOD', hasEnd: true },
        isIframesOnly: isIframes,
        maps: [
          {
            uri: written.file,
            range: { offset: 0, length: written.initSize },
            isRangeQuoted: true,
          },
        ],
      });
      expect(parsed.segments.map(({ duration, range }) => ({ duration, range }))).to.deep.equal(
        written.segments,
      );
      expect(parsed.segments.every(({ uri, map }) => uri === written.file && map === 0)).to.be.true;
    });
    fc.assert(property);
  });
});

describe('reading playlists', () => {
  const media = (...lines: string[]) => parseMediaPlaylist(['#EXTM3U', ...lines].join('\n'));

  it('lets a range follow the one before it', () => {
    const { segments } = media(
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:10@5',
      'a',
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:7',
      'a',
    );
    expect(segments[1]?.range).to.deep.equal({ offset: 15, length: 7 });
  });

  it('reads past comments, unknown tags, empty lines and carriage returns', () => {
    const { segments } = media(
      '# hello\r',
      '#EXT-X-NEW:1\r',
      '\r',
      '#EXTINF:2.5,title\r',
      'a.m4s\r',
      '',
    );
    expect(segments).to.have.length(1);
    expect(segments[0]).to.include({ uri: 'a.m4s', duration: 2.5, range: null, map: null });
  });

  it('refuses what is no playlist', () => {
    expect(() => parseMediaPlaylist('<html>')).to.throw(PlaylistError);
    expect(() => media('a.m4s')).to.throw(PlaylistError, 'without EXTINF');
    expect(() => media('#EXTINF:4,')).to.throw(PlaylistError, 'without a URI');
    expect(() => media('#EXTINF:four,', 'a')).to.throw(PlaylistError, 'no duration');
    expect(() => media('#EXTINF:4,', '#EXT-X-BYTERANGE:7', 'a')).to.throw(
      PlaylistError,
      'No range',
    );
    expect(() => media('#EXT-X-TARGETDURATION:4', '#EXT-X-TARGETDURATION:4')).to.throw(
      PlaylistError,
    );
    expect(() => parseMultivariant('#EXTM3U\n#EXTINF:4,\na')).to.throw(PlaylistError);
    expect(() => parseMultivariant('#EXTM3U\na.m3u8')).to.throw(PlaylistError);
    expect(() => parseMultivariant('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1')).to.throw(
      PlaylistError,
    );
  });

  it('reads attribute lists with commas in strings', () => {
    const attributes = readAttributes('BANDWIDTH=12,CODECS="a,b",NAME=""');
    expect(textOf(attributes, 'CODECS')).to.equal('a,b');
    expect(numberOf(attributes, 'BANDWIDTH')).to.equal(12);
    expect(textOf(attributes, 'NAME')).to.equal('');
    expect(textOf(attributes, 'URI')).to.equal(null);
  });

  it('refuses attribute lists that are none', () => {
    for (const list of ['A', 'A=', 'A=1,', 'A=1,A=2', 'A="1', 'a=1', 'A=1 B=2', 'CODECS=a,b']) {
      expect(() => readAttributes(list), list).to.throw(PlaylistError);
    }
  });

  it('fails in no other way, whatever the text', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('#EXTINF:4,', '#EXT-X-MAP:URI="a"', '#EXT-X-BYTERANGE:1@2', 'a.mp4'),
    );
    const property = fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      for (const parse of [parseMediaPlaylist, parseMultivariant]) {
        try {
          parse(['#EXTM3U', ...lines].join('\n'));
        } catch (error) {
          expect(error).to.be.instanceOf(PlaylistError);
        }
      }
    });
    fc.assert(property);
  });
});
