// The crafts that the pages offer to choose from; a story may name another one.

export const CATEGORIES = [
  'Wood',
  'Ceramics',
  'Glass',
  'Jewelry',
  'Leather',
  'Metal',
  'Textiles',
  'Paper',
  'Painting',
] as const;
