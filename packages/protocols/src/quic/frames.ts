import { readVarint } from "./wire.ts";

/** Types of frames (RFC 9000 §19, RFC 9221) that are looked at; the others are passed over. */
const Frame = {
  padding: 0x00,
  ping: 0x01,
  ack: 0x02,
  ackEcn: 0x03,
  resetStream: 0x04,
  stopSending: 0x05,
  crypto: 0x06,
  newToken: 0x07,
  stream: 0x08,
  lastStream: 0x0f,
  maxData: 0x10,
  maxStreamData: 0x11,
  maxStreamsBidi: 0x12,
  maxStreamsUni: 0x13,
  dataBlocked: 0x14,
  streamDataBlocked: 0x15,
  streamsBlockedBidi: 0x16,
  streamsBlockedUni: 0x17,
  newConnectionId: 0x18,
  retireConnectionId: 0x19,
  pathChallenge: 0x1a,
  pathResponse: 0x1b,
  connectionClose: 0x1c,
  applicationClose: 0x1d,
  handshakeDone: 0x1e,
  datagram: 0x30,
  datagramWithLength: 0x31,
  /** Of extensions that are still drafts, but in use. */
  ackFrequency: 0xaf,
  immediateAck: 0xac,
  timestamp: 0x02f5,
} as const;
/** Bits of a STREAM frame's type (RFC 9000 §19.8). */
const StreamBit = { fin: 1, length: 2, offset: 4 } as const;
const PATH_DATA_BYTES = 8;
const RESET_TOKEN_BYTES = 16;
/** Ranges of one ACK frame that are read at most. */
const MAX_ACK_RANGES = 4096;

/** How many variable-length integers follow the type of frames that are nothing but integers. */
const INTEGERS: Readonly<Record<number, number>> = {
  [Frame.padding]: 0,
  [Frame.ping]: 0,
  [Frame.maxData]: 1,
  [Frame.maxStreamData]: 2,
  [Frame.maxStreamsBidi]: 1,
  [Frame.maxStreamsUni]: 1,
  [Frame.dataBlocked]: 1,
  [Frame.streamDataBlocked]: 2,
  [Frame.streamsBlockedBidi]: 1,
  [Frame.streamsBlockedUni]: 1,
  [Frame.retireConnectionId]: 1,
  [Frame.ackFrequency]: 4,
  [Frame.immediateAck]: 0,
  [Frame.timestamp]: 1,
};

/** Why a connection ends (RFC 9000 §19.19). */
export interface ConnectionClose {
  readonly code: number;
  /** True where the application's protocol says so, not QUIC. */
  readonly isApplication: boolean;
}

/** What becomes of the frames of a packet. Bytes are borrowed. */
export interface FrameHandler {
  crypto(offset: number, data: Uint8Array): void;
  stream(id: number, offset: number, data: Uint8Array, isLast: boolean): void;
  reset(id: number, code: number, finalSize: number): void;
  newConnectionId(id: Uint8Array): void;
  close(close: ConnectionClose): void;
  handshakeDone(): void;
}

/** Calls `handler` for each frame of a packet's payload, in order. Returns false where something stands there that is no frame. */
export function readFrames(payload: Uint8Array, handler: FrameHandler): boolean {
  const reader = new FrameCursor(payload);
  while (reader.left > 0) {
    // Padding fills most of many packets.
    if (payload[reader.at] === Frame.padding) {
      reader.at += 1;
      continue;
    }
    readFrame(reader, handler);
    if (reader.failed) return false;
  }
  return true;
}

function readFrame(reader: FrameCursor, handler: FrameHandler): void {
  const type = reader.integer();
  const integers = INTEGERS[type];
  if (integers !== undefined) reader.skipIntegers(integers);
  else if (type >= Frame.stream && type <= Frame.lastStream) readStream(type, reader, handler);
  else if (type === Frame.ack || type === Frame.ackEcn) skipAck(type, reader);
  else if (type === Frame.crypto) {
    const offset = reader.integer();
    const data = reader.vector();
    if (!reader.failed) handler.crypto(offset, data);
  } else readRareFrame(type, reader, handler);
}

function readRareFrame(type: number, reader: FrameCursor, handler: FrameHandler): void {
  if (type === Frame.resetStream) {
    const id = reader.integer();
    const code = reader.integer();
    const finalSize = reader.integer();
    if (!reader.failed) handler.reset(id, code, finalSize);
  } else if (type === Frame.stopSending) reader.skipIntegers(2);
  else if (type === Frame.newToken) reader.vector();
  else if (type === Frame.newConnectionId) readConnectionId(reader, handler);
  else if (type === Frame.pathChallenge || type === Frame.pathResponse) reader.take(PATH_DATA_BYTES);
  else if (type === Frame.connectionClose || type === Frame.applicationClose) {
    const code = reader.integer();
    if (type === Frame.connectionClose) reader.integer();
    reader.vector();
    if (!reader.failed) handler.close({ code, isApplication: type === Frame.applicationClose });
  } else if (type === Frame.handshakeDone) handler.handshakeDone();
  else if (type === Frame.datagram) reader.take(reader.left);
  else if (type === Frame.datagramWithLength) reader.vector();
  // A frame of an extension has a length that only the extension knows.
  else reader.failed = true;
}

function readStream(type: number, reader: FrameCursor, handler: FrameHandler): void {
  const id = reader.integer();
  const offset = (type & StreamBit.offset) === 0 ? 0 : reader.integer();
  const data = (type & StreamBit.length) === 0 ? reader.take(reader.left) : reader.vector();
  if (!reader.failed) handler.stream(id, offset, data, (type & StreamBit.fin) !== 0);
}

function readConnectionId(reader: FrameCursor, handler: FrameHandler): void {
  reader.skipIntegers(2);
  const id = reader.take(reader.take(1)[0] ?? 0);
  reader.take(RESET_TOKEN_BYTES);
  if (!reader.failed) handler.newConnectionId(id);
}

function skipAck(type: number, reader: FrameCursor): void {
  reader.skipIntegers(2);
  const ranges = reader.integer();
  if (ranges > MAX_ACK_RANGES) reader.failed = true;
  else reader.skipIntegers(1 + 2 * ranges + (type === Frame.ackEcn ? 3 : 0));
}

/** Where in a payload the reading stands; `failed` once anything did not fit. */
class FrameCursor {
  readonly #bytes: Uint8Array;
  at = 0;
  failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  integer(): number {
    const read = readVarint(this.#bytes, this.at);
    if (read === undefined) {
      this.failed = true;
      return 0;
    }
    this.at = read.end;
    return read.value;
  }

  skipIntegers(count: number): void {
    for (let index = 0; index < count && !this.failed; index += 1) this.integer();
  }

  take(count: number): Uint8Array {
    if (count > this.left) this.failed = true;
    const taken = this.#bytes.subarray(this.at, this.at + count);
    this.at += taken.length;
    return taken;
  }

  /** Bytes behind their length. */
  vector(): Uint8Array {
    return this.take(this.integer());
  }
}
