import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { callOf, passageOf } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { type CallOfCommand, contentOf, type Endpoint } from "./call-content.ts";
import { Command } from "./commands.ts";
import { frameLength, MAX_FRAME_BYTES, type ParsedCommand, parseFrame, probeFrame, SIZES_BYTES } from "./frame.ts";
import { parseMetadata } from "./metadata.ts";

/** Requests that wait for their answer at most: producers send a thousand messages ahead by default. */
export const MAX_PENDING = 2048;
/** Beginning of a frame that is kept; behind it is payload. */
export const KEPT_BYTES = 1 << 16;
/** Producers and consumers of a connection that are remembered. */
const MAX_ENDPOINTS = 4096;

/** One connection to a broker or proxy. */
export class PulsarSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #pending = new PendingTable<string, CallOfCommand>(MAX_PENDING, (request) =>
    this.#emit(request, undefined, { status: "unknown", gradeReasons: ["limitReached"] }),
  );
  readonly #endpoints = new Map<string, Endpoint>();
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
    for (const request of this.#pending.drain()) this.#emit(request, undefined, unanswered(reason));
  }

  #reader(direction: Direction): FrameReader {
    const shape = {
      headerBytes: SIZES_BYTES,
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
        this.#context.violation({ code: "badSizes", direction, mark });
      },
    };
    return new FrameReader(shape, handler, this.#context.midStream);
  }

  #frame(direction: Direction, frame: Frame): void {
    const command = parseFrame(frame.bytes);
    if (command === undefined) {
      this.#context.violation({ code: "unknownCommand", direction, mark: frame.last });
      return;
    }
    const { role } = command.shape;
    if (role === "answers" || command.type === Command.pong || command.type === Command.authResponse)
      this.#answer(direction, command, frame);
    else this.#ask(direction, command, frame);
  }

  #ask(direction: Direction, command: ParsedCommand, frame: Frame): void {
    this.#remember(command);
    const behind = frame.length - (frame.bytes.length - command.payload.length);
    const metadata = command.payload.length === 0 ? undefined : parseMetadata(command.payload, behind);
    const request: CallOfCommand = {
      command: { ...command, payload: command.payload.subarray(0, 0) },
      passage: passageOf(frame),
      direction,
      endpoint: this.#endpointOf(command),
      metadata,
    };
    const key = keyOf(direction, command);
    if (key === undefined) this.#emit(request, undefined, { status: "ok", gradeReasons: [] });
    else this.#pending.put(key, request);
  }

  #answer(direction: Direction, command: ParsedCommand, frame: Frame): void {
    const asked = direction === Direction.toClient ? Direction.toServer : Direction.toClient;
    // A connection is refused by an Error without the id of a request.
    const key = keyOf(asked, command) ?? "connect";
    const request =
      this.#pending.take(key) ?? (command.type === Command.error ? this.#pending.take("connect") : undefined);
    const answer = { command: { ...command, payload: command.payload.subarray(0, 0) }, passage: passageOf(frame) };
    if (request !== undefined || this.#isInterrupted) this.#emit(request, answer);
    else this.#context.violation({ code: "unaskedAnswer", direction, mark: frame.last });
  }

  #emit(
    request: CallOfCommand | undefined,
    answer: Pick<CallOfCommand, "command" | "passage"> | undefined,
    without?: Parameters<typeof contentOf>[2],
  ): void {
    this.#context.emit(callOf(request?.passage, answer?.passage, contentOf(request, answer?.command, without)));
  }

  /** Producers and consumers have their topics from the command that makes them. */
  #remember({ type, texts, numbers }: ParsedCommand): void {
    const isProducer = type === Command.producer;
    if ((!isProducer && type !== Command.subscribe) || this.#endpoints.size >= MAX_ENDPOINTS) return;
    const key = isProducer ? `producer ${numbers["producerId"] ?? 0}` : `consumer ${numbers["consumerId"] ?? 0}`;
    this.#endpoints.set(key, {
      topic: texts["topic"] ?? "",
      name: isProducer ? texts["producerName"] : texts["consumerName"],
      subscription: texts["subscription"],
    });
  }

  #endpointOf({ numbers: { producerId, consumerId } }: ParsedCommand): Endpoint | undefined {
    if (producerId !== undefined) return this.#endpoints.get(`producer ${producerId}`);
    return consumerId === undefined ? undefined : this.#endpoints.get(`consumer ${consumerId}`);
  }
}

/** What pairs a command with its answer; undefined where it has none. `asked` is the direction of the question. */
function keyOf(asked: Direction, { type, shape, numbers }: ParsedCommand): string | undefined {
  switch (type) {
    case Command.connect:
    case Command.connected:
      return "connect";
    case Command.ping:
    case Command.pong:
      return `ping ${asked}`;
    case Command.authChallenge:
    case Command.authResponse:
      return "authenticate";
    case Command.send:
    case Command.sendReceipt:
    case Command.sendError:
      return `send ${numbers["producerId"] ?? 0} ${numbers["sequenceId"] ?? 0}`;
    case Command.closeProducer:
    case Command.closeConsumer:
      // A broker that closes one gets no answer.
      return asked === Direction.toClient ? undefined : `request ${numbers["requestId"] ?? 0}`;
    default:
      if (shape.role === "tells" || numbers["requestId"] === undefined) return undefined;
      return `request ${numbers["requestId"]}`;
  }
}
