import { expect } from 'chai';

import { buildSource } from '../fixtures/source.js';
import { pictureFilters } from './picture.js';
import type { VideoTrack } from './probe.js';

const SIZE = { width: 1280, height: 720 };
const filters = (video: Partial<VideoTrack>, origin = 0) =>
  pictureFilters(buildSource({ origin, video }), SIZE);

describe('filtering the picture', () => {
  it('scales in the coded orientation, and turns the smaller picture', () => {
    const portrait = pictureFilters(buildSource({ video: { orientation: 'rotate-90' } }), {
      width: 720,
      height: 1280,
    });
    expect(portrait).to.include('pad=1280:720:(ow-iw)/2:(oh-ih)/2:eval=frame');
    expect(portrait.indexOf('transpose=clock')).to.be.greaterThan(0);
  });

  it('turns full range into limited', () => {
    expect(filters({ colour: { ...colour, range: 'pc' } })[0]).to.contain(
      'in_range=pc:out_range=tv',
    );
  });

  const colour = { range: 'tv', matrix: 'bt709', primaries: 'bt709', transfer: 'bt709' } as const;

  it('converts the matrix of a BT.601 source, cheaply', () => {
    const of = (matrix: string) =>
      filters({ colour: { ...colour, matrix } }).find((filter) => filter.startsWith('colorspace'));
    expect(of('bt709')).to.equal(undefined);
    expect(of('smpte170m')).to.contain('ispace=smpte170m').and.to.contain('fast=1');
  });

  it('converts wide primaries, with one gamma in and out', () => {
    const p3 = filters({ colour: { ...colour, primaries: 'smpte432' } });
    expect(p3[0]).to.contain('min=bt709:pin=smpte432:tin=bt709:t=bt709');
    const bt2020 = { matrix: 'bt2020nc', primaries: 'bt2020', transfer: 'bt2020-10' };
    expect(filters({ colour: { ...colour, ...bt2020 } })[0]).to.contain('min=bt2020nc:pin=bt2020');
  });

  it('maps tones by one peak, whatever the file says of its own', () => {
    const pq = { matrix: 'bt2020nc', primaries: 'bt2020', transfer: 'smpte2084' };
    const chain = filters({ hdr: 'pq', colour: { ...colour, ...pq } });
    expect(chain).to.include('tonemap=tonemap=hable:desat=0:peak=10');
  });

  it('scales an HDR picture before it maps its tones, once', () => {
    const chain = filters({
      hdr: 'hlg',
      colour: { range: 'tv', matrix: 'bt2020nc', primaries: 'bt2020', transfer: 'arib-std-b67' },
    });
    expect(chain[0]).to.match(/^zscale=w=1280:h=720:.*tin=arib-std-b67:t=linear/);
    expect(chain.filter((filter) => filter.startsWith('tonemap'))).to.have.lengthOf(1);
  });

  it('makes one frame of two fields, before anything else', () => {
    expect(filters({ isInterlaced: true })[0]).to.match(
      /^bwdif=mode=send_frame:.*deint=interlaced$/,
    );
  });

  it('fills the size with what has the shape of the film, and puts the rest between bars', () => {
    const [scale = ''] = filters({ codedWidth: 640, codedHeight: 360 });
    expect(scale).to.contain("w='if(lt(abs(iw/ih*360/640-1),0.02),1280,").and.contain('eval=frame');
  });

  it('drops frames before the costly filters and repeats them after', () => {
    const position = (video: Partial<VideoTrack>) =>
      filters(video).findIndex((filter) => filter.startsWith('fps='));
    expect(position({ measuredFrameRate: 240, frameRate: { num: 60, den: 1 } })).to.equal(2);
    expect(position({ measuredFrameRate: 13 })).to.equal(filters({}).length - 1);
  });

  it('puts the first frame upon a frame of the new rate', () => {
    expect(filters({ start: 1.021 }, 1)).to.include('setpts=PTS+(-0.987667)/TB');
  });

  it('repeats a single picture for as long as the clip lasts', () => {
    expect(filters({ frameCount: 1 })).to.include('loop=loop=-1:size=1:start=0');
  });

  it('lays a transparent picture upon black', () => {
    expect(filters({ pixelFormat: 'yuva444p10le' })[0]).to.equal('premultiply=inplace=1');
  });

  it('leaves nothing on the frame that the source had beside its picture', () => {
    expect(filters({})).to.include.members(['setsar=1', 'sidedata=mode=delete']);
  });
});
