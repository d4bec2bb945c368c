// The sound: codec, rate, and where it lies.

import { readAac } from './codecs.js';
import { textOf } from './hls-attributes.js';
import { eachTrack, must, type Rule, rate, should, when } from './hls-rule.js';
import { entryOf, type ReadTrack, readTracks } from './hls-stream.js';
import { averageBitrate } from './measure-segments.js';

const AAC_LC = 2;
const HE_AAC = [5, 29];
const [LEAST_BITS, MOST_BITS, MOST_HE_BITS] = [32_000, 160_000, 64_000];
const SAMPLE_RATE = 48_000;

export const SOUND_RULES: readonly Rule[] = [
  must('stereo-aac', '2.3', (stream) => {
    const tracks = readTracks(stream, 'audio');
    const isStereo = (track: ReadTrack) => {
      const aac = aacOf(track);
      return aac?.audioObjectType === AAC_LC && aac.channels === 2;
    };
    const isMissing = tracks.length > 0 && !tracks.some(isStereo);
    return when(isMissing, null, 'no sound is stereo AAC-LC');
  }),
  must(
    'sound-48-khz',
    'own',
    eachTrack(['audio'], (track) => {
      const found = entryOf(track)?.sampleRate ?? 0;
      return when(found !== SAMPLE_RATE, track.name, `the sample rate is ${found}`);
    }),
  ),
  should(
    'aac-bit-rate',
    '2.4',
    eachTrack(['audio'], (track) => {
      const bits = bitsOf(track);
      const isOut =
        aacOf(track)?.audioObjectType === AAC_LC && (bits < LEAST_BITS || bits > MOST_BITS);
      return when(isOut, track.name, `AAC-LC at ${rate(bits)}`);
    }),
  ),
  should(
    'he-aac-bit-rate',
    '2.9',
    eachTrack(['audio'], (track) => {
      const isHe = HE_AAC.includes(aacOf(track)?.audioObjectType ?? 0);
      return when(
        isHe && bitsOf(track) > MOST_HE_BITS,
        track.name,
        `HE-AAC at ${rate(bitsOf(track))}`,
      );
    }),
  ),
  must(
    'one-sound',
    '2.17',
    eachTrack(['video', 'audio'], ({ name, header }) => {
      const count = header.tracks.filter(({ kind }) => kind === 'audio').length;
      return when(count > 1, name, `${count} sound tracks in one file`);
    }),
  ),
  must(
    'sound-apart',
    'own',
    eachTrack(['video', 'audio'], ({ name, header }) =>
      when(header.tracks.length > 1, name, `${header.tracks.length} tracks in one file`),
    ),
  ),
  must('audio-group', 'RFC 8216 4.3.4.2', ({ multivariant: { variants, media } }) => {
    const groups = media
      .filter(({ attributes }) => textOf(attributes, 'TYPE') === 'AUDIO')
      .map(({ attributes }) => textOf(attributes, 'GROUP-ID'));
    const named = variants.map(({ attributes }) => textOf(attributes, 'AUDIO'));
    return [
      ...when(
        named.some((group) => group !== null && !groups.includes(group)),
        null,
        'a variant names an AUDIO group that is not there',
      ),
      ...when(
        groups.length > 0 && named.some((group) => group === null),
        null,
        'a variant names no AUDIO group',
      ),
    ];
  }),
  must('audio-channels', 'RFC 8216 4.3.4.1', (stream) =>
    stream.multivariant.media.flatMap(({ uri, attributes }) => {
      const track = readTracks(stream, 'audio').find((candidate) => candidate.uri === uri);
      const actual = track && aacOf(track)?.channels;
      const declared = textOf(attributes, 'CHANNELS');
      const isWrong = actual !== undefined && declared !== `${actual}`;
      return when(isWrong, track?.name ?? null, `CHANNELS is ${declared}, the sound has ${actual}`);
    }),
  ),
];

function aacOf(track: ReadTrack) {
  const entry = entryOf(track);
  return entry?.esds ? readAac(entry) : null;
}

const bitsOf = ({ segments }: ReadTrack): number =>
  averageBitrate(segments.map(({ size, listed }) => ({ size, duration: listed.duration })));
