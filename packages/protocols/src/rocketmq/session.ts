import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { callOf, passageOf } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { type Asked, contentOf, type Without } from "./call-content.ts";
import { frameLength, MAX_FRAME_BYTES, PREFIX_BYTES, parseFrame, probeFrame, type RemotingCommand } from "./frame.ts";

/** Requests that wait for their response at most. */
export const MAX_PENDING = 2048;
/** Beginning of a frame that is kept: header and first messages. */
export const KEPT_BYTES = 1 << 17;

/** One connection to a name server or broker. Both sides may ask; `opaque` pairs. */
export class RocketmqSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #pending = new PendingTable<string, Asked>(MAX_PENDING, (asked) =>
    this.#emit(asked, undefined, undefined, { status: "unknown", gradeReasons: ["limitReached"] }),
  );
  #isInterrupted: boolean;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#isInterrupted = context.midStream;
    this.#readers = [this.#reader(Direction.toServer), this.#reader(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return true;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#isInterrupted = true;
    this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A frame that is cut off says nothing; requests that wait are settled by `close`.
  }

  close(reason: EndReason): void {
    for (const asked of this.#pending.drain()) this.#emit(asked, undefined, undefined, unanswered(reason));
  }

  #reader(direction: Direction): FrameReader {
    const shape = {
      headerBytes: PREFIX_BYTES,
      lengthOf: frameLength,
      maxBytes: MAX_FRAME_BYTES,
      keptBytes: KEPT_BYTES,
      resumes: probeFrame,
    };
    const handler = {
      frame: (frame: Frame) => {
        this.#frame(direction, frame);
        return true;
      },
      damaged: (mark: Mark) => {
        this.#isInterrupted = true;
        this.#context.violation({ code: "badLength", direction, mark });
      },
    };
    return new FrameReader(shape, handler, this.#context.midStream);
  }

  #frame(direction: Direction, frame: Frame): void {
    const command = parseFrame(frame.bytes);
    if (command === undefined) this.#context.violation({ code: "badHeader", direction, mark: frame.last });
    else if (command.isResponse) this.#response(direction, command, frame);
    else this.#request(direction, command, frame);
  }

  #request(direction: Direction, command: RemotingCommand, frame: Frame): void {
    // The body is borrowed, and nothing of a request's is read.
    const asked: Asked = { command: { ...command, body: NO_BODY }, passage: passageOf(frame), direction };
    if (command.isOneWay) this.#emit(asked, undefined, undefined, { status: "ok", gradeReasons: [] });
    else this.#pending.put(keyOf(direction, command), asked);
  }

  #response(direction: Direction, command: RemotingCommand, frame: Frame): void {
    const askedBy = direction === Direction.toClient ? Direction.toServer : Direction.toClient;
    const asked = this.#pending.take(keyOf(askedBy, command));
    if (asked !== undefined || this.#isInterrupted) this.#emit(asked, command, frame);
    else this.#context.violation({ code: "unknownOpaque", direction, mark: frame.last });
  }

  #emit(
    asked: Asked | undefined,
    response: RemotingCommand | undefined,
    frame: Frame | undefined,
    without?: Without,
  ): void {
    const passage = frame === undefined ? undefined : passageOf(frame);
    this.#context.emit(callOf(asked?.passage, passage, contentOf(asked, response, without)));
  }
}

const NO_BODY = new Uint8Array(0);

function keyOf(askedBy: Direction, { opaque }: RemotingCommand): string {
  return `${askedBy} ${opaque}`;
}
