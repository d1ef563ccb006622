import { ByteQueue, type Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { callOf, joinPassages, type Passage, present } from "../common/passage.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Handover, Session, SessionContext } from "../contract.ts";
import { Negotiation, speakerOf } from "./negotiation.ts";

/** What a client may send before it was told that it may: kept for what follows. */
export const MAX_EARLY_BYTES = 64 << 10;

/** How a client asks a server for a connection, in one call. What is inside the tunnel is another protocol. */
export class SocksSession implements Session {
  readonly #context: SessionContext;
  readonly #negotiation = new Negotiation();
  readonly #queues: readonly [ByteQueue, ByteQueue] = [new ByteQueue(), new ByteQueue()];
  readonly #passages: [Passage | undefined, Passage | undefined] = [undefined, undefined];
  /** Direction in which the client of SOCKS sends: who asks for a tunnel may have been called (reverse proxies). */
  #client: Direction | undefined;
  #isTold = false;
  #hasGap = false;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  get handover(): Handover | undefined {
    if (this.#negotiation.step !== "tunnel") return undefined;
    const rest = [Direction.toServer, Direction.toClient].map((side) => ({
      direction: this.#turned(side),
      bytes: this.#queues[side].peek(),
    }));
    return { rest: rest.filter(({ bytes }) => bytes.length > 0) };
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#negotiation.step === "over") return true;
    this.#client ??= direction;
    const side = this.#turned(direction);
    this.#queues[side].append(bytes, mark);
    while (this.#step(mark) === true);
    if (this.#negotiation.answer !== undefined && !this.#isTold) this.#tell("captureEnd");
    const isLost = this.#hasGap || this.#queues[side].length > MAX_EARLY_BYTES;
    return this.#negotiation.step !== "tunnel" && !isLost;
  }

  /** Behind a hole a negotiation cannot be followed. */
  gap(): boolean {
    if (this.#negotiation.step === "over") return true;
    this.#hasGap = true;
    return false;
  }

  end(): void {
    // A negotiation that is cut off is told by `close`.
  }

  close(reason: EndReason): void {
    if (!this.#isTold && this.#passages[Direction.toServer] !== undefined) this.#tell(reason);
  }

  /** A direction as if the client of SOCKS had opened the connection, and back. */
  #turned(direction: Direction): Direction {
    if (this.#client !== Direction.toClient) return direction;
    return direction === Direction.toServer ? Direction.toClient : Direction.toServer;
  }

  /** Takes the next message. True where one was taken, so that another may follow. */
  #step(mark: Mark): boolean {
    const negotiation = this.#negotiation;
    if (negotiation.step === "tunnel" || negotiation.step === "over" || this.#hasGap) return false;
    const speaker = speakerOf(negotiation.step);
    const isAnswer = negotiation.step === "reply";
    const queue = this.#queues[speaker];
    const length = negotiation.take(queue.peek());
    if (length === "needMore") return false;
    if (length === undefined) {
      this.#context.violation({ code: "badMessage", direction: this.#turned(speaker), mark });
      negotiation.step = "over";
      return false;
    }
    const first = queue.markAt(0) ?? mark;
    const passage: Passage = { first, last: queue.markAt(length - 1) ?? mark, bytes: length, hasGap: false };
    queue.consume(length);
    // The answer of a server is its last one: what it says before only leads there.
    const before = isAnswer ? undefined : this.#passages[speaker];
    if (!this.#isTold) this.#passages[speaker] = joinPassages(before, passage);
    return true;
  }

  #tell(reason: EndReason): void {
    this.#isTold = true;
    const negotiation = this.#negotiation;
    const [request, response] = this.#passages;
    const { answer } = negotiation;
    const { status, gradeReasons } = unanswered(reason);
    const holes: readonly GradeReason[] = this.#hasGap ? ["missingSegments"] : [];
    this.#context.emit(
      callOf(request, answer === undefined ? undefined : response, {
        operation: negotiation.operation,
        target: negotiation.target,
        status: answer?.status ?? status,
        statusCode: answer?.statusCode ?? "",
        gradeReasons: answer === undefined ? [...gradeReasons, ...holes] : [],
        attributes: present({
          "weir.socks.version": negotiation.version,
          "weir.socks.method": negotiation.method,
          "weir.socks.bound_address": negotiation.boundAddress,
          "weir.call.initiator": this.#client === Direction.toClient ? "server" : undefined,
        }),
      }),
    );
  }
}
