// Which of a picture's sizes the browser fetches: it chooses by the width that the picture is shown at.

import type { Picture } from './clip.js';

export function pictureFor(
  { sizes }: Pick<Picture, 'sizes'>,
  width = '(max-width: 48rem) 95vw, 40rem',
) {
  return {
    src: sizes.at(-1)?.jpeg_url,
    srcSet: sizes.map((size) => `${size.jpeg_url} ${size.width}w`).join(', '),
    sizes: width,
  };
}
