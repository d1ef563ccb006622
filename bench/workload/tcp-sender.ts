import type { CaptureFile } from "./capture-file.ts";
import type { Ends } from "./ip-frame.ts";
import type { Random } from "./random.ts";
import { Flag, type Segment, writeSegment } from "./tcp-segment.ts";

const SYN_WINDOW = 64_240;
/** Scaled by 128. */
const WINDOW = 502;
const NOTHING = Buffer.alloc(0);

/** Both ends of one connection: sequence numbers, acknowledgments and timestamps, as they follow from what is sent. */
export class TcpSender {
  readonly #ends: Ends;
  readonly #segment: Segment;
  readonly #clientClockMs: number;
  readonly #serverClockMs: number;
  #clientSequence: number;
  #serverSequence: number;
  #clientTimestamp = 0;
  #serverTimestamp = 0;
  #file: CaptureFile | undefined;
  #nowUs = 0;

  constructor(ends: Ends, random: Random) {
    this.#ends = ends;
    this.#clientSequence = random.below(2 ** 32);
    this.#serverSequence = random.below(2 ** 32);
    this.#clientClockMs = random.below(2 ** 31);
    this.#serverClockMs = random.below(2 ** 31);
    this.#segment = {
      flags: 0,
      sequence: 0,
      acknowledgment: 0,
      window: WINDOW,
      timestamp: 0,
      timestampEcho: 0,
      sackFrom: 0,
      sackTo: 0,
      payload: NOTHING,
      payloadFrom: 0,
      payloadBytes: 0,
    };
  }

  /** Where and when the segments that follow are written. */
  begin(file: CaptureFile, nowUs: number): void {
    this.#file = file;
    this.#nowUs = nowUs;
  }

  /** What the server sends next. */
  get serverSequence(): number {
    return this.#serverSequence;
  }

  /** The next segment of the client; `bytes` of `payload` at `from`. */
  client(flags: number, payload: Buffer = NOTHING, from = 0, bytes = 0): void {
    const acknowledgment = (flags & Flag.ack) === 0 ? 0 : this.#serverSequence;
    this.#write(true, flags, this.#clientSequence, acknowledgment, payload, from, bytes);
    this.#clientSequence += bytes + takenBy(flags);
  }

  /** The next segment of the server. */
  server(flags: number, payload: Buffer = NOTHING, from = 0, bytes = 0): void {
    this.#write(false, flags, this.#serverSequence, this.#clientSequence, payload, from, bytes);
    this.#serverSequence += bytes + takenBy(flags);
  }

  /** A segment of the server out of its turn: sent again, or late. */
  serverAt(sequence: number, payload: Buffer, from: number, bytes: number): void {
    this.#write(false, Flag.ack, sequence, this.#clientSequence, payload, from, bytes);
  }

  /** The client still wants `sequence`, and has what is from `sackFrom` on. */
  duplicateAck(sequence: number, sackFrom: number): void {
    this.#segment.sackFrom = sackFrom;
    this.#segment.sackTo = this.#serverSequence;
    this.#write(true, Flag.ack, this.#clientSequence, sequence, NOTHING, 0, 0);
    this.#segment.sackFrom = 0;
    this.#segment.sackTo = 0;
  }

  /** Nobody listens at the server's port. */
  refuse(): void {
    this.#write(false, Flag.rst | Flag.ack, 0, this.#clientSequence, NOTHING, 0, 0);
  }

  /** The client sends its last bytes again next. */
  rewindClient(bytes: number): void {
    this.#clientSequence -= bytes;
  }

  /** Bytes of the server that are not seen here. */
  skipServer(bytes: number): void {
    this.#serverSequence += bytes;
  }

  #write(
    fromClient: boolean,
    flags: number,
    sequence: number,
    acknowledgment: number,
    payload: Buffer,
    from: number,
    bytes: number,
  ): void {
    if (this.#file === undefined) throw new Error("a segment before begin()");
    const segment = this.#segment;
    const clockMs = Math.floor(this.#nowUs / 1000);
    segment.timestamp = clockMs + (fromClient ? this.#clientClockMs : this.#serverClockMs);
    segment.timestampEcho = fromClient ? this.#serverTimestamp : this.#clientTimestamp;
    if (fromClient) this.#clientTimestamp = segment.timestamp;
    else this.#serverTimestamp = segment.timestamp;
    segment.flags = flags;
    segment.sequence = sequence;
    segment.acknowledgment = acknowledgment;
    segment.window = (flags & Flag.rst) !== 0 ? 0 : (flags & Flag.syn) !== 0 ? SYN_WINDOW : WINDOW;
    segment.payload = payload;
    segment.payloadFrom = from;
    segment.payloadBytes = bytes;
    writeSegment(this.#file, this.#nowUs, this.#ends, fromClient, segment);
  }
}

function takenBy(flags: number): number {
  return (flags & (Flag.syn | Flag.fin)) === 0 ? 0 : 1;
}
