import type { Packet } from "@weir/wire";

/** Chunk types (RFC 9260 §3.2; I-DATA and I-FORWARD-TSN of RFC 8260, FORWARD TSN of RFC 3758). */
export const ChunkType = {
  data: 0,
  init: 1,
  initAck: 2,
  sack: 3,
  heartbeat: 4,
  heartbeatAck: 5,
  abort: 6,
  shutdown: 7,
  shutdownAck: 8,
  cookieEcho: 10,
  cookieAck: 11,
  shutdownComplete: 14,
  iData: 64,
  forwardTsn: 192,
  iForwardTsn: 194,
} as const;

/** Flags of DATA and I-DATA: ends a user message, begins one, belongs to no order of its stream (RFC 9260 §3.3.1). */
export const DataFlag = { end: 1, begin: 2, unordered: 4 } as const;
/** Flag of ABORT and SHUTDOWN COMPLETE: the verification tag is the sender's own, mirrored (RFC 9260 §8.5.1). */
export const MIRRORED_TAG = 1;

/** Bytes of a chunk's type, flags and length. */
export const CHUNK_HEADER_BYTES = 4;
/** Header of DATA, and of I-DATA: what stands before the user data. */
export const DATA_HEADER_BYTES = 16;
export const I_DATA_HEADER_BYTES = 20;
/** Where fields stand from the chunk's beginning on. */
export const ChunkField = {
  /** DATA and I-DATA. */
  tsn: 4,
  /** INIT and INIT ACK (RFC 9260 §3.3.2). */
  initiateTag: 4,
  initWindow: 8,
  initialTsn: 16,
  initEnd: 20,
  /** SACK (RFC 9260 §3.3.4), SHUTDOWN, FORWARD TSN: what they say of TSNs stands first. */
  cumulativeTsn: 4,
  sackWindow: 8,
  gapBlocks: 12,
  duplicates: 14,
  sackEnd: 16,
  /** ABORT: the first cause (RFC 9260 §3.3.10). */
  cause: 4,
} as const;

const COMMON_HEADER_BYTES = 12;
const VERIFICATION_TAG_AT = 4;
/** Chunks begin at multiples of it (RFC 9260 §3.2). */
const ALIGNMENT = 4;

/** The verification tag of a packet (RFC 9260 §3.1). */
export function verificationTag({ view, transportAt }: Packet): number {
  return view.getUint32(transportAt + VERIFICATION_TAG_AT);
}

/** Goes through the chunks of a packet, one after the other. Reused: it stands at one chunk at a time. */
export class Chunks {
  view: DataView = new DataView(new ArrayBuffer(0));
  bytes: Uint8Array = new Uint8Array(0);
  type = 0;
  flags = 0;
  /** Where the chunk begins, and where what was captured of it ends. */
  at = 0;
  end = 0;
  /** As the chunk says; never beyond the packet's end. */
  length = 0;
  #next = 0;
  #capturedEnd = 0;
  #claimedEnd = 0;

  /** Stands before the first chunk of a packet. */
  of(packet: Packet): this {
    this.view = packet.view;
    this.bytes = packet.bytes;
    this.#next = packet.transportAt + COMMON_HEADER_BYTES;
    this.#capturedEnd = packet.payloadEnd;
    this.#claimedEnd = packet.payloadAt + packet.payloadBytes;
    return this;
  }

  /** Goes to the next chunk; false where there is none, or none that can be one: a length shorter than its own header. */
  next(): boolean {
    this.at = this.#next;
    if (this.at + CHUNK_HEADER_BYTES > this.#capturedEnd) return false;
    const said = this.view.getUint16(this.at + 2);
    if (said < CHUNK_HEADER_BYTES) return false;
    this.type = this.view.getUint8(this.at);
    this.flags = this.view.getUint8(this.at + 1);
    this.length = Math.min(said, this.#claimedEnd - this.at);
    this.end = Math.min(this.at + this.length, this.#capturedEnd);
    this.#next = this.at + Math.ceil(said / ALIGNMENT) * ALIGNMENT;
    return true;
  }

  /** True where the first `bytes` of the chunk are there. */
  has(bytes: number): boolean {
    return this.end - this.at >= bytes;
  }

  /** The number at a place of the chunk. */
  uint32(place: number): number {
    return this.view.getUint32(this.at + place);
  }

  uint16(place: number): number {
    return this.view.getUint16(this.at + place);
  }

  get isData(): boolean {
    return this.type === ChunkType.data || this.type === ChunkType.iData;
  }

  /** Length of what stands before the user data of DATA or I-DATA. */
  get dataHeaderBytes(): number {
    return this.type === ChunkType.iData ? I_DATA_HEADER_BYTES : DATA_HEADER_BYTES;
  }
}
