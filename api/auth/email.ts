// An e-mail address as it comes in: the case of its letters tells nobody apart.

import { z } from 'zod';

export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.email('must be an e-mail address').max(255, 'must have at most 255 characters'));
