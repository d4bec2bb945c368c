import type { MediaSource } from './media-file.js';
import type { Source } from './probe.js';
import { toNumber } from './timeline.js';

/** What a maker is told of a source: never a name, a place or a device. */
export const toSourceFacts = ({ container, video, audio, sounds }: Source): MediaSource => ({
  container,
  video_codec: video.codec,
  audio_codec: audio?.codec ?? null,
  audio_tracks: sounds.map((sound) => ({ ...sound })),
  width: video.width,
  height: video.height,
  frame_rate: toNumber(video.frameRate),
  hdr: video.hdr,
});
