// Microseconds since 1970, as the database decides by, on the wire.

export const toTime = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString();
