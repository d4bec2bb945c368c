// Live auctions: one room per auction and process. A change is read once, written out once, and given to every reader.

import { openRoom, type Room, type RoomReader } from './live-room.js';

export interface LiveAuctions {
  /**
   * Tells a reader what it has missed and how things stand, then every change until it is gone.
   * @param lastSeq the newest bid that it was told of; null for none
   */
  follow(auctionId: string, reader: RoomReader, lastSeq: number | null): Promise<void>;
  /** How many auctions are followed here. */
  readonly size: number;
}

/** A room is opened for its first reader and closed with its last. */
export function openLiveAuctions(context: Parameters<typeof openRoom>[0]): LiveAuctions {
  const rooms = new Map<string, Room>();
  return {
    get size() {
      return rooms.size;
    },
    async follow(auctionId, reader, lastSeq) {
      let room = rooms.get(auctionId);
      if (!room) {
        room = openRoom(context, auctionId, () => rooms.delete(auctionId));
        rooms.set(auctionId, room);
      }
      await room.join(reader, lastSeq);
    },
  };
}
