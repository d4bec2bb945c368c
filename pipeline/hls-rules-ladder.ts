// The set of variants as a whole: bit rates, order, names, caps.

import { type Attributes, numberOf, textOf } from './hls-attributes.js';
import { eachTrack, must, type Rule, rate, should, when } from './hls-rule.js';
import { offeredVariants, type ParsedStream } from './hls-stream.js';
import { frameDuration } from './hls-times.js';
import { chooseLadder } from './ladder.js';
import { averageBitrate } from './measure-segments.js';
import { TYPICAL_BANDWIDTH } from './playlists.js';

const CELLULAR_PEAK = 192_000;

export const LADDER_RULES: readonly Rule[] = [
  must('variants-exist', 'RFC 8216 4.3.4.2', ({ multivariant: { variants } }) =>
    when(variants.length === 0, null, 'there is no variant'),
  ),
  must('bit-rates-differ', '9.9', ({ multivariant: { variants } }) => {
    const rates = variants.map(({ attributes }) => textOf(attributes, 'BANDWIDTH'));
    const isOne = variants.length > 1 && new Set(rates).size === 1;
    return when(isOne, null, 'every variant has the same bit rate');
  }),
  must(
    'rendition-cap',
    '1.25; ours',
    eachTrack(['video'], (track) => {
      const { width, height } = track.track;
      const frameRate = { num: Math.round(1e6 / frameDuration(track)), den: 1e6 };
      const cap = chooseLadder({ video: { width, height, frameRate } })[0]?.cap ?? 0;
      const average = averageBitrate(
        track.segments.map(({ size, listed }) => ({ size, duration: listed.duration })),
      );
      return when(
        average > cap,
        track.name,
        `${rate(average)} on average, its cap is ${rate(cap)}`,
      );
    }),
  ),
  should('cellular-variant', '9.21', ({ multivariant: { variants } }) => {
    const rates = variants.map(({ attributes }) => numberOf(attributes, 'BANDWIDTH') ?? 0);
    const least = Math.min(...rates);
    return when(
      variants.length > 0 && least > CELLULAR_PEAK,
      null,
      `the lowest variant peaks at ${rate(least)}`,
    );
  }),
  should('first-variant', '1.32', (stream) => {
    const distance = ({ tag }: { tag: { attributes: Attributes } }) =>
      Math.abs((numberOf(tag.attributes, 'BANDWIDTH') ?? 0) - TYPICAL_BANDWIDTH);
    const variants = offeredVariants(stream);
    const [first] = variants;
    const isNearer = first && variants.some((variant) => distance(variant) < distance(first));
    return when(
      isNearer ?? false,
      first?.name ?? null,
      'the first variant is not the nearest to 2 Mb/s',
    );
  }),
  should('language', '8.10', (stream) =>
    eachMedia(stream)
      .filter(({ type, attributes }) => type !== 'VIDEO' && !attributes.has('LANGUAGE'))
      .map(({ name }) => ({ rendition: name, message: 'LANGUAGE is absent' })),
  ),
  should('score', '9.19', ({ multivariant: { variants } }) => {
    const scored = variants.filter(({ attributes }) => attributes.has('SCORE')).length;
    const isSome = scored > 0 && scored < variants.length;
    return when(isSome, null, `SCORE stands on ${scored} of ${variants.length} variants`);
  }),
  must('attribute-types', 'RFC 8216 4.2', ({ multivariant }) => {
    const { variants, iframeStreams, media } = multivariant;
    const wrong = [...variants, ...iframeStreams, ...media].flatMap(({ attributes }) =>
      [...attributes].filter(([name, { isQuoted }]) => (QUOTED.get(name) ?? isQuoted) !== isQuoted),
    );
    return wrong.map(([name]) => ({ rendition: null, message: `${name} is quoted wrongly` }));
  }),
  must('media-attributes', 'RFC 8216 4.3.4.1', (stream) =>
    eachMedia(stream).flatMap(({ name, attributes }) => {
      const missing = ['TYPE', 'GROUP-ID', 'NAME'].filter((key) => !attributes.has(key));
      return when(missing.length > 0, name, `EXT-X-MEDIA lacks ${missing.join(', ')}`);
    }),
  ),
];

/** Whether an attribute is a string or not; unknown ones may be either. */
const QUOTED: ReadonlyMap<string, boolean> = new Map([
  ...['CODECS', 'AUDIO', 'URI', 'LANGUAGE', 'NAME', 'GROUP-ID', 'CHANNELS', 'SUBTITLES'].map(
    (name) => [name, true] as const,
  ),
  ...['BANDWIDTH', 'AVERAGE-BANDWIDTH', 'RESOLUTION', 'FRAME-RATE', 'VIDEO-RANGE'].map(
    (name) => [name, false] as const,
  ),
  ...['TYPE', 'DEFAULT', 'AUTOSELECT', 'FORCED', 'SCORE'].map((name) => [name, false] as const),
]);

const eachMedia = ({ multivariant, tracks }: ParsedStream) =>
  multivariant.media.map(({ uri, attributes }) => ({
    attributes,
    name: tracks.find((track) => track.uri === uri)?.name ?? null,
    type: textOf(attributes, 'TYPE'),
  }));
