import { expect } from 'chai';

import { chooseSound, listSounds } from './choose-sound.js';
import { readProbe } from './probe.js';

const { streams } = readProbe(
  JSON.stringify({
    streams: [
      { index: 0, codec_type: 'video', codec_name: 'h264' },
      { index: 1, codec_type: 'audio', codec_name: 'aac', channels: 2, tags: { language: 'und' } },
      {
        ...{ index: 3, codec_type: 'audio', codec_name: 'ac3', channels: 6 },
        ...{ tags: { language: 'deu', title: ' Kommentar\u0007 ' }, disposition: { default: 1 } },
      },
    ],
  }),
);
// Best first, as tracks.ts orders them.
const candidates = streams
  .slice(1)
  .map((stream) => ({ stream }))
  .reverse();
const indexes = (choice: number | null | undefined) =>
  chooseSound(candidates, streams, choice).map(({ stream }) => stream.index);

describe('choosing the sound of a clip', () => {
  it('leaves the order of the candidates where the maker chose nothing', () => {
    expect(indexes(undefined)).to.deep.equal([3, 1]);
  });

  it('takes the track that the maker chose, and no other in its place', () => {
    expect(indexes(0)).to.deep.equal([1]);
    expect(indexes(1)).to.deep.equal([3]);
  });

  it('leaves the clip silent where the maker wants no sound', () => {
    expect(indexes(null)).to.deep.equal([]);
  });

  it('passes over the choice of a track that is not there', () => {
    expect(indexes(5)).to.deep.equal([3, 1]);
  });

  it('tells of every track, by its place among the tracks of sound', () => {
    expect(listSounds(streams)).to.deep.equal([
      { index: 0, codec: 'aac', channels: 2, language: null, title: null, default: false },
      {
        ...{ index: 1, codec: 'ac3', channels: 6, language: 'deu' },
        ...{ title: 'Kommentar', default: true },
      },
    ]);
  });
});
