// How long what waits to be encoded would take the workers that there are: the number to scale by.

export interface EncodeLoad {
  /** Clips whose length is known, what is encoded of them already taken off. */
  readonly admitted: {
    readonly clips: number;
    readonly mediaSeconds: number;
    readonly longestSeconds: number;
  };
  /** Clips of which only the bytes are known yet. */
  readonly unadmitted: { readonly clips: number; readonly bytes: number };
  /** Of the clips encoded lately; null where there are none. */
  readonly recent: {
    readonly bytesPerSecond: number;
    /** Seconds of media that one slot makes per second. */
    readonly speed: number;
  } | null;
}

export interface EncodeBacklog {
  readonly clips: number;
  readonly mediaSeconds: number;
  /** With every slot busy until the end: what machines can be added against. */
  readonly seconds: number;
  /** At most so long, however the clips fall on the slots: one clip may be encoded by one of them alone. */
  readonly atMostSeconds: number;
  readonly slots: number;
  readonly speed: number;
}

/** Of a phone at 1080p30, until something was encoded. */
const USUAL_BYTES_PER_SECOND = 1_500_000;
/** A whole ladder on a few cores, until something was encoded. */
const USUAL_SPEED = 1;
/** No measurement divides by less. */
const LEAST = 0.001;

/**
 * Where no worker lives, the time is that of one slot: a fleet of none can be scaled by it too.
 * @param load.slots encodes that the live workers run at a time
 * @param load.maxSeconds longest clip that is admitted
 */
export function encodeBacklog(
  load: EncodeLoad & { readonly slots: number; readonly maxSeconds: number },
): EncodeBacklog {
  const { admitted, unadmitted, recent, maxSeconds } = load;
  const bytesPerSecond = Math.max(LEAST, recent?.bytesPerSecond ?? USUAL_BYTES_PER_SECOND);
  const speed = Math.max(LEAST, recent?.speed ?? USUAL_SPEED);
  const guessed = Math.min(unadmitted.bytes / bytesPerSecond, unadmitted.clips * maxSeconds);
  const mediaSeconds = admitted.mediaSeconds + guessed;
  const seconds = mediaSeconds / (speed * Math.max(1, load.slots));
  const longest = Math.max(admitted.longestSeconds, Math.min(guessed, maxSeconds));
  return {
    clips: admitted.clips + unadmitted.clips,
    ...{ mediaSeconds, seconds, speed, slots: load.slots },
    atMostSeconds: seconds + longest / speed,
  };
}
