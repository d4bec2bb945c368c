// What an encode makes of a source, as a number: raised whenever the same source would come out otherwise.

export const ENCODE_PROFILE = 1;
