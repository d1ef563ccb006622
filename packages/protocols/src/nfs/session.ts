import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { Exchanges, type Seen, type Unanswered } from "../common/exchanges.ts";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { callOf, joinPassages, type Passage, passageOf, present } from "../common/passage.ts";
import type { Session, SessionContext } from "../contract.ts";
import { readArguments } from "./arguments.ts";
import { FRAGMENTS, isLastFragment, MARK_BYTES } from "./framing.ts";
import type { Pending } from "./pending.ts";
import { type Result, readResult } from "./result.ts";
import { parseRpc, type RpcCall, type RpcReply } from "./rpc.ts";

/** Calls that wait for their reply at most; clients have some hundred under way. */
export const MAX_PENDING = 4_096;
/** Damage in a row before the session says that this is not RPC. */
const MAX_DAMAGE = 4;

/** A record of which only some fragments came so far: the first one is what is read. */
interface Begun {
  readonly bytes: Uint8Array;
  readonly passage: Passage;
}

/** Calls and replies between two ends, by their transaction id (RFC 5531 §9). Servers call too (callbacks). */
export class NfsSession implements Session {
  readonly #context: SessionContext;
  readonly #exchanges: Exchanges<Pending>;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #begun: [Begun | undefined, Begun | undefined] = [undefined, undefined];
  #damages = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#exchanges = new Exchanges(MAX_PENDING, (asked, outcome) => this.#emit(asked, undefined, undefined, outcome));
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#context.transport === "udp")
      this.#message(direction, bytes, { first: mark, last: mark, bytes: bytes.length, hasGap: false });
    else this.#readers[direction].data(bytes, mark);
    return this.#damages < MAX_DAMAGE;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    if (this.#context.transport === "tcp") this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; waiting calls are settled by `close`.
  }

  close(reason: EndReason, mark: Mark): void {
    this.#exchanges.close(reason, mark);
  }

  #readerOf(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame): undefined => this.#fragment(direction, frame),
      damaged: (mark: Mark) => this.#damaged(direction, mark),
    };
    return new FrameReader(FRAGMENTS, handler, this.#context.midStream);
  }

  #fragment(direction: Direction, frame: Frame): undefined {
    const begun = this.#begun[direction];
    const passage = joinPassages(begun?.passage, passageOf(frame));
    const isLast = isLastFragment(frame.bytes);
    const own = frame.bytes.subarray(MARK_BYTES);
    this.#begun[direction] = isLast ? undefined : { bytes: begun?.bytes ?? own.slice(), passage };
    if (isLast) this.#message(direction, begun?.bytes ?? own, passage);
  }

  #message(direction: Direction, bytes: Uint8Array, passage: Passage): void {
    const message = parseRpc(bytes);
    if (message === undefined) {
      this.#damaged(direction, passage.last);
      return;
    }
    this.#damages = 0;
    if (message.kind === "call") this.#exchanges.ask(`${direction} ${message.xid}`, pendingOf(message), passage);
    else this.#emit(this.#exchanges.answer(`${1 - direction} ${message.xid}`), message, passage, undefined, direction);
  }

  #damaged(direction: Direction, mark: Mark): void {
    this.#damages += 1;
    this.#context.violation({ code: "badMessage", direction, mark });
  }

  #emit(
    call: Seen<Pending> | undefined,
    reply: RpcReply | undefined,
    answered: Passage | undefined,
    unanswered: Unanswered | undefined,
    direction?: Direction,
  ): void {
    const pending = call?.message;
    const result: Result = reply === undefined ? { status: "unknown", statusCode: "" } : readResult(reply, pending);
    const isServers = direction === Direction.toServer && call !== undefined;
    this.#context.emit(
      callOf(call?.passage, answered, {
        operation: pending?.asked.operation ?? "unknown",
        target: pending?.asked.target ?? "",
        status: unanswered?.status ?? result.status,
        statusCode: result.statusCode,
        gradeReasons: unanswered?.gradeReasons ?? [],
        attributes: {
          ...attributesOf(pending, result),
          ...present({
            "weir.nfs.xid": pending?.xid ?? reply?.xid,
            "weir.nfs.attempts": call?.attempts,
            "weir.call.initiator": isServers ? "server" : undefined,
          }),
        },
      }),
    );
  }
}

function pendingOf(call: RpcCall): Pending {
  const { xid, program, version, flavor, isPlain } = call;
  return { xid, program, version, flavor, isPlain, asked: readArguments(call) };
}

function attributesOf(pending: Pending | undefined, { failedOperation, port }: Result): Record<string, string> {
  const compound = pending?.asked.compound;
  return present({
    "onc_rpc.program.name": pending?.asked.program,
    "onc_rpc.version": pending?.version,
    "weir.nfs.authentication": pending?.flavor,
    "weir.nfs.minor_version": compound?.minorVersion,
    "weir.nfs.operations": compound?.operations.join(","),
    "weir.nfs.operation_count": compound?.count,
    "weir.nfs.failed_operation": failedOperation,
    "weir.nfs.port": port,
  });
}
