import { closeSync, openSync, writeSync } from "node:fs";

/** What to generate. Same numbers, same bytes: the generator is seeded. */
export interface Workload {
  readonly connections: number;
  readonly concurrency: number;
  readonly seed: number;
}

const FLUSH_BYTES = 8 << 20;
const REQUEST_BYTES = 180;
const SEGMENT_BYTES = 1448;
const HEADER_BYTES = 14 + 20 + 32;
const Flag = { fin: 1, syn: 2, psh: 8, ack: 16 } as const;

interface Talk {
  id: number;
  step: number;
  clientSeq: number;
  serverSeq: number;
  responseSegments: number;
  resendAt: number;
}

/**
 * Writes a pcap file of many interleaved HTTP connections: handshake, one request, a response of one to eight segments (one in
 * fifty sent twice), FIN from both sides. Returns how many packets it holds.
 */
export function generateCapture(path: string, { connections, concurrency, seed }: Workload): number {
  const random = createRandom(seed);
  const out = new PcapFile(path);
  let started = 0;
  const talks: Talk[] = [];
  const begin = (): Talk => {
    started += 1;
    const responseSegments = 1 + random(8);
    return {
      id: started,
      step: 0,
      clientSeq: random(0xffffffff),
      serverSeq: random(0xffffffff),
      responseSegments,
      resendAt: random(50) === 0 ? random(responseSegments) : -1,
    };
  };
  while (talks.length < Math.min(concurrency, connections)) talks.push(begin());
  while (talks.length > 0) {
    const at = random(talks.length);
    const talk = talks[at];
    if (talk === undefined) break;
    if (advance(out, talk)) continue;
    if (started < connections) talks[at] = begin();
    else talks.splice(at, 1);
  }
  out.close();
  return out.packets;
}

/** Writes the next packet of a connection; false when it was the last. */
function advance(out: PcapFile, talk: Talk): boolean {
  const { step, responseSegments } = talk;
  talk.step += 1;
  const response = step - 4;
  if (step === 0) out.segment(talk, true, Flag.syn, EMPTY);
  else if (step === 1) out.segment(talk, false, Flag.syn | Flag.ack, EMPTY);
  else if (step === 2) out.segment(talk, true, Flag.ack, EMPTY);
  else if (step === 3) out.segment(talk, true, Flag.psh | Flag.ack, requestOf(talk));
  else if (response < responseSegments) {
    const payload = response === 0 ? firstSegmentOf(talk) : BODY;
    if (response === talk.resendAt) {
      out.segment(talk, false, Flag.ack, payload);
      talk.serverSeq -= payload.length;
    }
    out.segment(talk, false, Flag.ack, payload);
    if (response % 2 === 1) out.segment(talk, true, Flag.ack, EMPTY);
  } else if (response === responseSegments) out.segment(talk, true, Flag.fin | Flag.ack, EMPTY);
  else if (response === responseSegments + 1) out.segment(talk, false, Flag.fin | Flag.ack, EMPTY);
  else out.segment(talk, true, Flag.ack, EMPTY);
  return response <= responseSegments + 1;
}

const EMPTY = Buffer.alloc(0);
const BODY = Buffer.alloc(SEGMENT_BYTES, "the quick brown fox jumps over the lazy dog ");

function requestOf({ id }: Talk): Buffer {
  const start = `GET /api/items/${id} HTTP/1.1\r\nHost: items.shop.example\r\nUser-Agent: bench/1\r\nX-Filler: `;
  return Buffer.from(`${start}${"x".repeat(Math.max(1, REQUEST_BYTES - start.length - 4))}\r\n\r\n`);
}

/** Status line, headers, and as much body as fits; Content-Length is written with five digits so that the head's size is fixed. */
function firstSegmentOf({ id, responseSegments }: Talk): Buffer {
  const status = id % 100 === 0 ? "500 Internal Server Error" : "200 OK";
  const head = (length: number) =>
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${String(length).padStart(5, "0")}\r\n\r\n`;
  const headBytes = head(0).length;
  return Buffer.from(head(responseSegments * SEGMENT_BYTES - headBytes).padEnd(SEGMENT_BYTES, "x"));
}

class PcapFile {
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(FLUSH_BYTES + 4096);
  #at = 24;
  #micros = 0;
  packets = 0;

  constructor(path: string) {
    this.#fd = openSync(path, "w");
    const header = this.#buffer;
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262_144, 16);
    header.writeUInt32LE(1, 20);
  }

  /** One TCP segment with a timestamps-sized option block of NOPs; checksums are left zero, as offloading leaves them. */
  segment(talk: Talk, fromClient: boolean, flags: number, payload: Buffer): void {
    const buffer = this.#buffer;
    const start = this.#at;
    const length = HEADER_BYTES + payload.length;
    this.#micros += 3;
    buffer.fill(0, start, start + 16 + HEADER_BYTES);
    buffer.writeUInt32LE(1_700_000_000 + Math.floor(this.#micros / 1e6), start);
    buffer.writeUInt32LE(this.#micros % 1e6, start + 4);
    buffer.writeUInt32LE(length, start + 8);
    buffer.writeUInt32LE(length, start + 12);
    const ip = start + 16 + 14;
    buffer.writeUInt16BE(0x0800, ip - 2);
    buffer.writeUInt8(0x45, ip);
    buffer.writeUInt16BE(length - 14, ip + 2);
    buffer.writeUInt8(64, ip + 8);
    buffer.writeUInt8(6, ip + 9);
    const client = 0x0a000000 + ((talk.id >>> 15) & 0xffff);
    const server = 0x0a640000 + (talk.id % 16);
    buffer.writeUInt32BE(fromClient ? client : server, ip + 12);
    buffer.writeUInt32BE(fromClient ? server : client, ip + 16);
    const tcp = ip + 20;
    const clientPort = 20_000 + (talk.id & 0x7fff);
    buffer.writeUInt16BE(fromClient ? clientPort : 8080, tcp);
    buffer.writeUInt16BE(fromClient ? 8080 : clientPort, tcp + 2);
    buffer.writeUInt32BE((fromClient ? talk.clientSeq : talk.serverSeq) >>> 0, tcp + 4);
    buffer.writeUInt32BE((flags & Flag.ack) === 0 ? 0 : (fromClient ? talk.serverSeq : talk.clientSeq) >>> 0, tcp + 8);
    buffer.writeUInt8(8 << 4, tcp + 12);
    buffer.writeUInt8(flags, tcp + 13);
    buffer.writeUInt16BE(64_000, tcp + 14);
    buffer.fill(1, tcp + 20, tcp + 32);
    payload.copy(buffer, tcp + 32);
    const taken = payload.length + ((flags & (Flag.syn | Flag.fin)) === 0 ? 0 : 1);
    if (fromClient) talk.clientSeq += taken;
    else talk.serverSeq += taken;
    this.#at = start + 16 + length;
    this.packets += 1;
    if (this.#at > FLUSH_BYTES) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  #flush(): void {
    writeSync(this.#fd, this.#buffer, 0, this.#at);
    this.#at = 0;
  }
}

/** xorshift32: small, seeded, good enough to mix packets. */
function createRandom(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
