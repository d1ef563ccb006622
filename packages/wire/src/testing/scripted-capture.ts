import { TcpFlag } from "../packet.ts";

/**
 * Captures written down in tests: conversations are scripted packet by packet, and come out as a pcap file. Times are explicit, so that
 * everything about them is known.
 */

/** One end: `10.0.0.1:1234`. */
export type End = `${string}:${number}`;

export interface PcapOptions {
  readonly bigEndian?: boolean;
  readonly nanoseconds?: boolean;
  /** Cut packets to so many bytes. */
  readonly snapBytes?: number;
}

interface Frame {
  readonly atNs: number;
  readonly bytes: Uint8Array;
}

const START_SECONDS = 1_700_000_000;
const encoder = new TextEncoder();

export class ScriptedCapture {
  readonly #frames: Frame[] = [];
  /** The script's clock. */
  nowNs = 0;

  /** Lets time pass. */
  after(durationNs: number): this {
    this.nowNs += durationNs;
    return this;
  }

  /** How many packets were written: the number of the last one. */
  get packets(): number {
    return this.#frames.length;
  }

  frame(bytes: Uint8Array): void {
    this.#frames.push({ atNs: this.nowNs, bytes });
  }

  udp(from: End, to: End, payload: string | Uint8Array): void {
    const body = bytesOf(payload);
    const header = new Uint8Array(8);
    const view = new DataView(header.buffer);
    view.setUint16(0, portOf(from));
    view.setUint16(2, portOf(to));
    view.setUint16(4, 8 + body.length);
    this.frame(ethernet(ipv4(from, to, 17, concat(header, body))));
  }

  tcp(client: End, server: End): ScriptedTcp {
    return new ScriptedTcp(this, client, server);
  }

  /** The capture as a pcap file. */
  toPcap({ bigEndian = false, nanoseconds = true, snapBytes = 65_535 }: PcapOptions = {}): Uint8Array {
    const little = !bigEndian;
    const header = new Uint8Array(24);
    const view = new DataView(header.buffer);
    view.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, little);
    view.setUint16(4, 2, little);
    view.setUint16(6, 4, little);
    view.setUint32(16, snapBytes, little);
    view.setUint32(20, 1, little);
    const records = this.#frames.map(({ atNs, bytes }) => {
      const kept = bytes.subarray(0, snapBytes);
      const record = new Uint8Array(16 + kept.length);
      const fields = new DataView(record.buffer);
      const fraction = atNs % 1e9;
      fields.setUint32(0, START_SECONDS + Math.floor(atNs / 1e9), little);
      fields.setUint32(4, nanoseconds ? fraction : Math.floor(fraction / 1000), little);
      fields.setUint32(8, kept.length, little);
      fields.setUint32(12, bytes.length, little);
      record.set(kept, 16);
      return record;
    });
    return concat(header, ...records);
  }
}

/** What a segment carries; what is left out follows from the conversation so far. */
export interface SegmentScript {
  readonly from: "client" | "server";
  readonly flags: number;
  readonly payload?: string | Uint8Array;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly window?: number;
  readonly options?: Uint8Array;
}

/** A TCP conversation that keeps count of sequence numbers by itself. */
export class ScriptedTcp {
  readonly #capture: ScriptedCapture;
  readonly #ends: Readonly<Record<"client" | "server", End>>;
  readonly next = { client: 1000, server: 5000 };
  readonly window = { client: 64_000, server: 64_000 };

  constructor(capture: ScriptedCapture, client: End, server: End) {
    this.#capture = capture;
    this.#ends = { client, server };
  }

  /** SYN, SYN-ACK, ACK, with a round trip between the first two. */
  handshake(rttNs = 1e6): this {
    this.segment({ from: "client", flags: TcpFlag.syn, options: SYN_OPTIONS });
    this.#capture.after(rttNs);
    this.segment({ from: "server", flags: TcpFlag.syn | TcpFlag.ack, options: SYN_OPTIONS });
    this.#capture.after(1e4);
    return this.ack("client");
  }

  /** Payload from one side; moves its sequence number on. */
  send(from: "client" | "server", payload: string | Uint8Array): this {
    return this.segment({ from, flags: TcpFlag.psh | TcpFlag.ack, payload });
  }

  ack(from: "client" | "server", changes: Partial<SegmentScript> = {}): this {
    return this.segment({ from, flags: TcpFlag.ack, ...changes });
  }

  /** FIN from both sides, each acknowledged. */
  close(first: "client" | "server" = "client"): this {
    const second = first === "client" ? "server" : "client";
    this.segment({ from: first, flags: TcpFlag.fin | TcpFlag.ack });
    this.segment({ from: second, flags: TcpFlag.fin | TcpFlag.ack });
    return this.ack(first);
  }

  reset(from: "client" | "server"): this {
    return this.segment({ from, flags: TcpFlag.rst | TcpFlag.ack });
  }

  /** One segment. A given sequence number (something sent again, or out of order) does not move the conversation on. */
  segment({ from, flags, payload = "", sequence, acknowledgment, window, options = NO_OPTIONS }: SegmentScript): this {
    const to = from === "client" ? "server" : "client";
    const body = bytesOf(payload);
    const header = new Uint8Array(20 + options.length);
    const view = new DataView(header.buffer);
    view.setUint16(0, portOf(this.#ends[from]));
    view.setUint16(2, portOf(this.#ends[to]));
    view.setUint32(4, sequence ?? this.next[from]);
    view.setUint32(8, (flags & TcpFlag.ack) === 0 ? 0 : (acknowledgment ?? this.next[to]));
    view.setUint8(12, (header.length / 4) << 4);
    view.setUint8(13, flags);
    view.setUint16(14, window ?? this.window[from]);
    header.set(options, 20);
    this.#capture.frame(ethernet(ipv4(this.#ends[from], this.#ends[to], 6, concat(header, body))));
    if (sequence === undefined) {
      const taken = (flags & (TcpFlag.syn | TcpFlag.fin)) === 0 ? 0 : 1;
      this.next[from] = (this.next[from] + body.length + taken) >>> 0;
    }
    return this;
  }
}

/** MSS 1460, SACK permitted, no window scaling. */
const SYN_OPTIONS = Uint8Array.of(2, 4, 0x05, 0xb4, 1, 1, 4, 2);
const NO_OPTIONS = new Uint8Array(0);

/** An Ethernet frame around a network packet. */
export function ethernet(packet: Uint8Array, etherType = 0x0800): Uint8Array {
  const header = new Uint8Array(14);
  header[5] = 1;
  header[11] = 2;
  new DataView(header.buffer).setUint16(12, etherType);
  return concat(header, packet);
}

/** An IPv4 packet around a transport segment; the checksum is right. */
export function ipv4(from: End, to: End, protocol: number, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(20);
  const view = new DataView(header.buffer);
  header[0] = 0x45;
  view.setUint16(2, 20 + payload.length);
  header[8] = 64;
  header[9] = protocol;
  header.set(addressOf(from), 12);
  header.set(addressOf(to), 16);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(10, ~sum & 0xffff);
  return concat(header, payload);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function bytesOf(payload: string | Uint8Array): Uint8Array {
  return typeof payload === "string" ? encoder.encode(payload) : payload;
}

function addressOf(end: End): number[] {
  return (end.split(":")[0] ?? "").split(".").map(Number);
}

export function portOf(end: End): number {
  return Number(end.split(":")[1]);
}
