import { bytesOf, concat, type End, ethernet, ipv4, portOf, type ScriptedCapture } from "./scripted-capture.ts";

type Side = "client" | "server";

/** What a SACK says beside the TSN up to which everything has come. */
export interface SackScript {
  readonly windowBytes?: number;
  /** Beginnings and ends of what stands behind holes, counted from that TSN on. */
  readonly gaps?: readonly (readonly [number, number])[];
  readonly duplicates?: readonly number[];
}

/** An SCTP association (RFC 9260), scripted chunk by chunk; the checksum stays empty. */
export class ScriptedSctp {
  readonly #capture: ScriptedCapture;
  /** Ends that packets go between; a test that changes one has changed the path. */
  readonly ends: Record<Side, End>;
  readonly tags: Record<Side, number>;
  readonly nextTsn: Record<Side, number>;

  constructor(capture: ScriptedCapture, client: End, server: End, tags = { client: 0xaaaa_0001, server: 0xbbbb_0002 }) {
    this.#capture = capture;
    this.ends = { client, server };
    this.tags = { ...tags };
    this.nextTsn = { client: 1000, server: 5000 };
  }

  /** INIT, INIT ACK, COOKIE ECHO, COOKIE ACK, with a round trip between question and answer. */
  handshake(rttNs = 1e6): this {
    this.packet("client", [initChunk(1, this.tags.client, this.nextTsn.client)], 0);
    this.#capture.after(rttNs);
    this.packet("server", [initChunk(2, this.tags.server, this.nextTsn.server)]);
    this.#capture.after(1e4);
    this.packet("client", [chunk(10, 0, "cookie")]);
    this.#capture.after(rttNs);
    return this.packet("server", [chunk(11)]);
  }

  /** A user message in one DATA chunk, with the next TSN. */
  send(from: Side, payload: string | Uint8Array): this {
    return this.packet(from, [dataChunk(this.nextTsn[from]++, payload)]);
  }

  /** A SACK of everything that the other side has sent. */
  sack(from: Side, changes: SackScript = {}): this {
    return this.packet(from, [sackChunk(this.nextTsn[from === "client" ? "server" : "client"] - 1, changes)]);
  }

  /** SHUTDOWN, SHUTDOWN ACK, SHUTDOWN COMPLETE. */
  close(first: Side = "client"): this {
    const second = first === "client" ? "server" : "client";
    this.packet(first, [chunk(7, 0, uint32(this.nextTsn[second] - 1))]);
    this.packet(second, [chunk(8)]);
    return this.packet(first, [chunk(14)]);
  }

  /** A packet with these chunks; its tag is the receiver's where none is given. */
  packet(from: Side, chunks: readonly Uint8Array[], tag?: number): this {
    const to = from === "client" ? "server" : "client";
    const header = new Uint8Array(12);
    const view = new DataView(header.buffer);
    view.setUint16(0, portOf(this.ends[from]));
    view.setUint16(2, portOf(this.ends[to]));
    view.setUint32(4, tag ?? this.tags[to]);
    this.#capture.frame(ethernet(ipv4(this.ends[from], this.ends[to], 132, concat(header, ...chunks))));
    return this;
  }
}

/** A chunk of any type, padded; its length may be said to be another one. */
export function chunk(type: number, flags = 0, body: string | Uint8Array = "", length?: number): Uint8Array {
  const bytes = bytesOf(body);
  const whole = new Uint8Array(4 + Math.ceil(bytes.length / 4) * 4);
  whole[0] = type;
  whole[1] = flags;
  new DataView(whole.buffer).setUint16(2, length ?? 4 + bytes.length);
  whole.set(bytes, 4);
  return whole;
}

/** INIT (1) or INIT ACK (2), without parameters. */
export function initChunk(type: 1 | 2, tag: number, firstTsn: number, windowBytes = 65_536): Uint8Array {
  return chunk(type, 0, concat(uint32(tag), uint32(windowBytes), Uint8Array.of(0, 1, 0, 1), uint32(firstTsn)));
}

/** DATA: a whole user message of stream 0 unless `flags` say otherwise (2 begins, 1 ends). */
export function dataChunk(tsn: number, payload: string | Uint8Array, flags = 3): Uint8Array {
  return chunk(0, flags, concat(uint32(tsn), new Uint8Array(8), bytesOf(payload)));
}

/** I-DATA (RFC 8260): a fragment of a message of stream 0. */
export function iDataChunk(tsn: number, message: number, fragment: number, payload: string, flags: number): Uint8Array {
  const body = concat(uint32(tsn), new Uint8Array(4), uint32(message), uint32(fragment), bytesOf(payload));
  return chunk(64, flags, body);
}

/** SACK: everything up to `tsn` has come. */
export function sackChunk(
  tsn: number,
  { windowBytes = 65_536, gaps = [], duplicates = [] }: SackScript = {},
): Uint8Array {
  const counts = new Uint8Array(4);
  new DataView(counts.buffer).setUint16(0, gaps.length);
  new DataView(counts.buffer).setUint16(2, duplicates.length);
  const blocks = gaps.flatMap(([from, to]) => [uint32(from * 65_536 + to)]);
  return chunk(3, 0, concat(uint32(tsn), uint32(windowBytes), counts, ...blocks, ...duplicates.map(uint32)));
}

/** A number as four bytes. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
