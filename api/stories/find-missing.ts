// What stands between a story and its review: everything at once, so that its maker need not ask twice.

import type { MediaFile } from '../../pipeline/media-file.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import type { ErrorDetail } from '../errors.js';
import { countPlaces, LEAST_CLIPS, MOST_CLIPS, type Story } from './story.js';

type Judged = Pick<Story, 'title' | 'description' | 'sections' | 'minimumOffer' | 'carousel'>;

const LEAST_OFFER = 100;

/** Empty where the story may be submitted. */
export function findMissing(
  story: Judged,
  files: readonly Pick<MediaFile, 'mediaId' | 'status'>[],
): ErrorDetail[] {
  const clips = countPlaces(story.carousel);
  const needs: (ErrorDetail | false)[] = [
    story.title.trim() === '' && { field: 'title', message: 'is empty' },
    story.description.trim() === '' && { field: 'description', message: 'is empty' },
    !story.sections.some(({ type, content }) => type === 'overview' && content.trim() !== '') && {
      field: 'sections',
      message: 'need an overview',
    },
    story.minimumOffer < LEAST_OFFER && {
      field: 'minimum_offer',
      message: 'must be at least 1.00',
    },
    (clips < LEAST_CLIPS || clips > MOST_CLIPS) && {
      field: 'clips',
      message: `must be ${LEAST_CLIPS} to ${MOST_CLIPS}`,
      count: clips,
    },
  ];
  const unfinished = story.carousel.flatMap(({ mediaId }, at): ErrorDetail[] => {
    const status = files.find((file) => file.mediaId === mediaId)?.status ?? 'failed';
    if (status === 'completed') return [];
    const values = { media_id: toPublicId('media', mediaId), status };
    return [{ field: `clips.${at}`, message: 'is not completed', ...values }];
  });
  return [...needs.filter((need) => need !== false), ...unfinished];
}
