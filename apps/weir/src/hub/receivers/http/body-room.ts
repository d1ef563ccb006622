import { busy } from "../failure.ts";

/** Bytes of bodies that a hub holds at once while they come, are decompressed, and wait for their answers; many slow senders must not fill its memory. */
const MAX_HELD_BYTES = 256 << 20;

/** Room for the bodies of all requests to a hub's receivers. */
export class BodyRoom {
  readonly #maxBytes: number;
  #heldBytes = 0;

  constructor(maxBytes = MAX_HELD_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** A place for one body, which takes nothing yet. */
  place(): BodyPlace {
    let taken = 0;
    return {
      grow: (bytes) => {
        if (this.#heldBytes + bytes > this.#maxBytes) throw busy();
        this.#heldBytes += bytes;
        taken += bytes;
      },
      leave: () => {
        this.#heldBytes -= taken;
        taken = 0;
      },
    };
  }
}

/** The room that one body takes. */
export interface BodyPlace {
  /** Takes so many bytes more. Throws BUSY where there is no room. */
  grow(bytes: number): void;
  /** Gives back what was taken. */
  leave(): void;
}
