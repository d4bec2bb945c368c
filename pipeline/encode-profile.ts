// What an encode makes of a source, as a number: raised whenever the same source would come out otherwise. What was
// published with a lower one is made anew by `npm run reencode`.

export const ENCODE_PROFILE = 1;
