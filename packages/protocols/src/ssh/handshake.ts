import type { Mark } from "@weir/base";
import type { Direction } from "@weir/model";
import type { Agreed } from "./algorithms.ts";
import type { Piece } from "./side-reader.ts";
import type { Identification, KexInit } from "./wire.ts";

/** What a side has said so far. */
export interface Side {
  first?: Mark;
  last?: Mark;
  bytes: number;
  /** The first line that was no identification: `Exceeded MaxStartups`. */
  line?: string;
  identification?: Identification | undefined;
  kexInit?: KexInit | undefined;
  /** Last message of the key exchange's method. */
  method?: Piece;
  newKeys?: Piece;
}

/** How far two sides have come. */
export interface Handshake {
  /** Client and server, by the direction in which each sends. */
  readonly sides: readonly [Side, Side];
  agreed?: Agreed;
  /** The host key, or what stands in its place in a message that is not the last. */
  methodReply?: Uint8Array | undefined;
  disconnect?: { readonly direction: Direction; readonly mark: Mark; readonly reason: number; readonly text: string };
  hasGap?: boolean;
}
