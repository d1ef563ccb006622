import { decodeUtf8, type Mark } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { ccRequestTypeName, commandName, resultName } from "./names.ts";
import { Avp, DIAMETER_FRAMES, type DiameterMessage, Flag, HEADER_BYTES, parseMessage, uint32 } from "./wire.ts";

/** Requests that wait for their answer at most; the oldest is given up beyond it. */
export const MAX_PENDING = 4_096;
const MAX_TEXT = 256;

/** A message with when it passed. */
interface Seen {
  readonly message: DiameterMessage;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly hasGap: boolean;
  readonly direction: Direction;
  readonly attributes: Record<string, string>;
}

/** One Diameter connection between peers; both ask, and answers carry the hop-by-hop identifier of their request (RFC 6733 §3). */
export class DiameterSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #pending = new Map<string, Seen>();

  constructor(context: SessionContext) {
    this.#context = context;
    const readerOf = (direction: Direction) =>
      new FrameReader(
        DIAMETER_FRAMES,
        {
          frame: (frame) => this.#frame(direction, frame),
          damaged: (mark) => context.violation({ code: "notDiameter", direction, mark }),
        },
        context.midStream,
      );
    this.#readers = [readerOf(Direction.toServer), readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return true;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; waiting requests are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const asked of this.#pending.values()) this.#emit(asked, undefined, status, gradeReasons);
    this.#pending.clear();
  }

  #frame(direction: Direction, { bytes, length, first, last, hasGap }: Frame): undefined {
    if (bytes.length < HEADER_BYTES) return;
    const message = parseMessage(bytes);
    // What is read is copied: the frame is borrowed.
    const attributes = attributesOf(message);
    const seen = { message, first, last, bytes: length, hasGap, direction, attributes };
    if ((message.flags & Flag.request) !== 0) this.#request(seen);
    else this.#answer(seen);
  }

  #request(seen: Seen): void {
    const [oldest] = this.#pending;
    if (this.#pending.size >= MAX_PENDING && oldest !== undefined) {
      this.#pending.delete(oldest[0]);
      this.#emit(oldest[1], undefined, "unknown", ["limitReached"]);
    }
    const key = `${seen.direction} ${seen.message.hopByHopId}`;
    const known = this.#pending.get(key);
    if (known !== undefined) this.#emit(known, undefined, "unknown", []);
    this.#pending.set(key, seen);
  }

  #answer(seen: Seen): void {
    const asker = seen.direction === Direction.toServer ? Direction.toClient : Direction.toServer;
    const key = `${asker} ${seen.message.hopByHopId}`;
    const asked = this.#pending.get(key);
    this.#pending.delete(key);
    this.#emit(asked, seen, statusOf(resultOf(seen)), []);
  }

  #emit(asked: Seen | undefined, answer: Seen | undefined, status: CallStatus, reasons: readonly GradeReason[]): void {
    const known = asked ?? answer;
    if (known === undefined) return;
    const result = answer === undefined ? undefined : resultOf(answer);
    const holes: readonly GradeReason[] = asked?.hasGap === true || answer?.hasGap === true ? ["missingSegments"] : [];
    const noRequest: readonly GradeReason[] = asked === undefined ? ["midStreamStart"] : [];
    const asks =
      asked?.direction ?? (answer?.direction === Direction.toServer ? Direction.toClient : Direction.toServer);
    this.#context.emit({
      operation: commandName(known.message.commandCode),
      target: asked?.attributes["weir.diameter.destination_realm"] ?? "",
      status,
      statusCode: result === undefined ? "" : resultName(result),
      requestFirst: known.first,
      requestLast: known.last,
      responseFirst: answer?.first,
      responseLast: answer?.last,
      requestBytes: asked?.bytes ?? 0,
      responseBytes: answer?.bytes ?? 0,
      attributes: {
        ...answer?.attributes,
        ...asked?.attributes,
        ...(asks === Direction.toClient && { "weir.call.initiator": "server" }),
      },
      gradeReasons: [...holes, ...noRequest, ...reasons],
    });
  }
}

/** Result-Code, or the code in Experimental-Result; undefined where the answer has none. */
function resultOf({ attributes }: Seen): number | undefined {
  const text = attributes[RESULT];
  return text === undefined ? undefined : Number(text);
}

/** Kept beside the attributes that are told, and told as the status code as well. */
const RESULT = "weir.diameter.result_code";

/** Not delivered, too busy, out of resources, unable to comply: what the other end cannot do. */
const CANNOT: ReadonlySet<number> = new Set([3_002, 3_004, 5_006, 5_012]);

/** RFC 6733 §7.1: 1xxx and 2xxx succeed; protocol errors 3xxx and lasting failures 5xxx are the asker's, passing failures 4xxx are not. */
function statusOf(result: number | undefined): CallStatus {
  if (result === undefined) return "unknown";
  if (result < 3_000) return "ok";
  return CANNOT.has(result) || (result >= 4_000 && result < 5_000) ? "serverError" : "clientError";
}

function attributesOf({
  flags,
  commandCode,
  applicationId,
  hopByHopId,
  avps,
}: DiameterMessage): Record<string, string> {
  const text = (code: number) => {
    const value = avps.get(code);
    return value === undefined ? undefined : decodeUtf8(value).slice(0, MAX_TEXT);
  };
  const number = (code: number) => {
    const value = avps.get(code);
    return value?.length === 4 ? uint32(value, 0) : undefined;
  };
  const requestType = number(Avp.ccRequestType);
  const result = number(Avp.resultCode) ?? number(Avp.experimentalResultCode);
  const all: Record<string, string | undefined> = {
    "weir.diameter.command_code": String(commandCode),
    "weir.diameter.application_id": String(applicationId),
    "weir.diameter.hop_by_hop_id": `0x${hopByHopId.toString(16).padStart(8, "0")}`,
    "weir.diameter.session_id": text(Avp.sessionId),
    "weir.diameter.origin_host": text(Avp.originHost),
    "weir.diameter.origin_realm": text(Avp.originRealm),
    "weir.diameter.destination_realm": text(Avp.destinationRealm),
    "weir.diameter.cc_request_type": requestType === undefined ? undefined : ccRequestTypeName(requestType),
    "weir.diameter.error_message": text(Avp.errorMessage),
    "weir.diameter.retransmitted": (flags & Flag.retransmitted) !== 0 ? "true" : undefined,
    [RESULT]: result === undefined ? undefined : String(result),
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = value;
  return present;
}
