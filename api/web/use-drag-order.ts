// Puts the items of a list in another order: one is dragged by its handle onto another's place.

import { type DragEvent, useRef, useState } from 'react';

/** @param move is called with the places that the item had and is to have */
export function useDragOrder(move: (from: number, to: number) => void) {
  const from = useRef<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const end = () => {
    from.current = null;
    setOver(null);
  };
  return {
    handle: (place: number) => ({
      draggable: true,
      onDragStart: (event: DragEvent) => {
        from.current = place;
        event.dataTransfer.effectAllowed = 'move';
      },
      onDragEnd: end,
    }),
    target: (place: number) => ({
      'data-over': over === place,
      onDragOver: (event: DragEvent) => {
        if (from.current === null) return;
        event.preventDefault();
        setOver(place);
      },
      onDrop: (event: DragEvent) => {
        if (from.current === null) return;
        event.preventDefault();
        if (from.current !== place) move(from.current, place);
        end();
      },
    }),
  };
}
