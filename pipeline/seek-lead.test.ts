import { expect } from 'chai';

import { measureSeekLead } from './seek-lead.js';
import { type Packet, readPackets } from './timeline.js';

/** At ten pictures a second. */
const film = (...changes: Partial<Packet>[]): Packet[] =>
  Array.from({ length: 10 }, (_, at) => ({
    ...{ stream: 0, time: at / 10, duration: 0.1, isDiscarded: false, isKey: at % 5 === 0 },
    ...changes[at],
  }));

describe('measuring how early decoding must begin', () => {
  it('takes the longest gap where pictures are in order', () => {
    expect(measureSeekLead(film(), 0, 'h264')).to.be.closeTo(0.1, 1e-9);
    expect(
      measureSeekLead([...film(), { ...film()[0], time: 3 } as Packet], 0, 'h264'),
    ).to.be.closeTo(2.1, 1e-9);
  });

  it('adds what pictures are out of order by', () => {
    expect(measureSeekLead(film({}, { delay: 0.2 }), 0, 'hevc')).to.be.closeTo(0.3, 1e-9);
  });

  it('reads that from the packets', () => {
    const [first, second] = readPackets(
      [
        'stream_index=0|pts_time=1.500000|dts_time=1.200000|duration_time=0.1|size=9|flags=K_',
        'stream_index=0|pts_time=1.400000|dts_time=1.400000|duration_time=0.1|size=9|flags=__',
      ].join('\n'),
    );
    expect(first?.delay).to.be.closeTo(0.3, 1e-9);
    expect(second).to.not.have.property('delay');
  });

  it('knows none where every picture is called a beginning, but in codecs where each is one', () => {
    const all = film().map((packet) => ({ ...packet, isKey: true }));
    expect(measureSeekLead(all, 0, 'h264')).to.equal(null);
    expect(measureSeekLead(all, 0, 'prores')).to.be.closeTo(0.1, 1e-9);
  });

  it('knows none without a beginning, without a second picture or of another track', () => {
    const none = film().map((packet) => ({ ...packet, isKey: false }));
    expect(measureSeekLead(none, 0, 'h264')).to.equal(null);
    expect(measureSeekLead(film().slice(0, 1), 0, 'h264')).to.equal(null);
    expect(measureSeekLead(film(), 1, 'h264')).to.equal(null);
  });

  it('knows none where an edit list cuts inside; at either end it does no harm', () => {
    const cut = { isDiscarded: true };
    expect(measureSeekLead(film({}, {}, {}, cut), 0, 'h264')).to.equal(null);
    const ends = film(cut, {}, {}, {}, {}, {}, {}, {}, {}, cut);
    expect(measureSeekLead(ends, 0, 'h264')).to.be.closeTo(0.1, 1e-9);
  });
});
