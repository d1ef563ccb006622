import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { answeredCall, commandFromServer, pushedCall, unansweredCall } from "./call.ts";
import { Fifo } from "./fifo.ts";
import { confirms, pushKind } from "./push.ts";
import { type RespHandler, RespReader } from "./reader.ts";
import { type Request, readRequest } from "./request.ts";
import { Byte } from "./wire.ts";

/** Commands that wait for their answer at most: a client that loads in bulk sends thousands before it reads. */
export const MAX_PENDING = 16_384;
/** All that a session knows between commands, where nothing special was agreed on: the database. */
class RedisRest {
  readonly database: string | undefined;

  constructor(database: string | undefined) {
    this.database = database;
  }
}

/** One for all sessions with the same database; there are 16 of them unless somebody wants more. */
const RESTS = new Map<string | undefined, RedisRest>();
const MAX_RESTS = 64;

/** Damage in a row, without a message between, before the session says that this is no RESP. */
const MAX_DAMAGE = 8;
const DATABASE = /^\d{1,5}$/;

/**
 * One connection to a Redis server. Answers come in the order of the commands; what the server sends unasked (messages of channels, what a monitor
 * sees, what a replica is told) is a call of its own.
 */
export class RedisSession implements Session, RespHandler {
  readonly #context: SessionContext;
  readonly #commands: RespReader;
  readonly #answers: RespReader;
  readonly #pending = new Fifo<Request>();
  /** Commands beyond `MAX_PENDING`: their answers come behind those of the pending ones. */
  #unpaired = 0;
  #damages = 0;
  #hasHole = false;
  /** Number of the database that commands are for; undefined where it was chosen before the capture. */
  #database: string | undefined;
  /** The client asked for no answers (CLIENT REPLY), to the next command or to all. */
  #silence: "none" | "next" | "all" = "none";
  /** Kinds of subscription that were asked for. */
  readonly #subscriptions = new Set<string>();
  #isMonitor = false;
  /** The connection carries a replica's feed: neither side answers the other. */
  #isReplica = false;

  /** `rest` is what a session on this connection knew when it was let go between two commands. */
  constructor(context: SessionContext, rest?: object) {
    const isMidStream = rest === undefined && context.midStream;
    this.#context = context;
    this.#commands = new RespReader(this, true, isMidStream);
    this.#answers = new RespReader(this, false, isMidStream);
    this.#database = rest instanceof RedisRest ? rest.database : isMidStream ? undefined : "0";
  }

  rest(): object | undefined {
    const isPlain =
      this.#silence === "none" &&
      this.#subscriptions.size === 0 &&
      !this.#isMonitor &&
      !this.#isReplica &&
      !this.#hasHole;
    const isQuiet = this.#pending.length === 0 && this.#unpaired === 0 && this.#damages === 0;
    if (!isPlain || !isQuiet || !this.#commands.isAtRest || !this.#answers.isAtRest) return undefined;
    const known = RESTS.get(this.#database) ?? new RedisRest(this.#database);
    if (RESTS.size < MAX_RESTS) RESTS.set(this.#database, known);
    return known;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    (direction === Direction.toServer ? this.#commands : this.#answers).data(bytes, mark);
    return this.#damages < MAX_DAMAGE;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#hasHole = true;
    (direction === Direction.toServer ? this.#commands : this.#answers).gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; waiting commands are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (let request = this.#pending.take(); request !== undefined; request = this.#pending.take())
      this.#context.emit(unansweredCall(request, status, gradeReasons));
  }

  message(reader: RespReader): void {
    this.#damages = 0;
    if (reader === this.#commands) this.#command(reader);
    else if (this.#isReplica) this.#replicated(reader);
    else this.#answer(reader);
  }

  damaged(code: string, reader: RespReader, mark: Mark): void {
    this.#damages += 1;
    this.#hasHole = true;
    const direction = reader === this.#commands ? Direction.toServer : Direction.toClient;
    this.#context.violation({ code, direction, mark });
  }

  #command(reader: RespReader): void {
    const request = readRequest(reader, this.#database);
    const { operation, command } = request;
    const isSilent = this.#isReplica || !this.#awaitsAnswer(operation, reader);
    if (operation === "SELECT") this.#select(request.target);
    else if (command.isSubscription) this.#subscriptions.add(operation);
    else if (asksForFeed(operation)) this.#answers.awaitsSnapshot = true;
    if (isSilent) this.#context.emit(unansweredCall(request, "ok", []));
    else if (this.#unpaired > 0 || this.#pending.length >= MAX_PENDING) {
      this.#unpaired += 1;
      this.#context.emit(unansweredCall(request, "unknown", ["limitReached"]));
    } else this.#pending.put(request);
  }

  #select(database: string): void {
    if (DATABASE.test(database)) this.#database = database;
  }

  /** Whether the server is to answer, after what the client said about answers. */
  #awaitsAnswer(operation: string, { texts }: RespReader): boolean {
    if (operation === "CLIENT REPLY") {
      const mode = texts.text(2)?.toUpperCase();
      if (mode === "ON") this.#silence = "none";
      else if (mode === "OFF") this.#silence = "all";
      else if (mode === "SKIP" && this.#silence !== "all") this.#silence = "next";
      return mode === "ON";
    }
    const isSilent = this.#silence !== "none";
    if (this.#silence === "next") this.#silence = "none";
    return !isSilent;
  }

  #answer(reader: RespReader): void {
    if (reader.followsHole) this.#forgetLostAnswers();
    const request = this.#pending.first;
    const push = pushKind(reader, this.#subscriptions.size > 0 || request === undefined);
    if (push !== undefined && !confirms(push, request?.operation)) {
      // Leaving all channels is confirmed for each of them; how many they are is not told before.
      if (!this.#subscriptions.has(push.toUpperCase())) this.#context.emit(pushedCall(reader, push, this.#database));
      return;
    }
    if (request === undefined) {
      this.#unasked(reader);
      return;
    }
    request.answersLeft -= 1;
    if (push !== undefined && request.answersLeft > 0) {
      request.answerFirst ??= reader.first;
      request.answerBytes += reader.bytes;
      return;
    }
    this.#pending.take();
    this.#learn(request, reader);
    const isDoubtful = request.hasGap || reader.hasGap || reader.followsHole;
    this.#context.emit(answeredCall(request, reader, isDoubtful ? ["missingSegments"] : []));
  }

  #unasked(reader: RespReader): void {
    if (this.#isMonitor && reader.type === Byte.simple)
      this.#context.emit(pushedCall(reader, "monitor", this.#database));
    else if (this.#unpaired > 0) this.#unpaired -= 1;
    else {
      const reasons: GradeReason[] = [];
      if (this.#context.midStream) reasons.push("midStreamStart");
      if (this.#hasHole) reasons.push("missingSegments");
      this.#context.emit(answeredCall(undefined, reader, reasons));
    }
  }

  /** Answers were lost in a hole: what comes behind it is taken for the answer to the latest command. */
  #forgetLostAnswers(): void {
    while (this.#pending.length > 1) {
      const request = this.#pending.take();
      if (request !== undefined) this.#context.emit(unansweredCall(request, "unknown", ["missingSegments"]));
    }
  }

  /** What a command changes in what follows, once its answer is known. */
  #learn({ operation, database }: Request, reader: RespReader): void {
    const isError = reader.type === Byte.error;
    if (operation === "SELECT" && isError) this.#database = database;
    else if (operation === "MONITOR" && !isError) this.#isMonitor = true;
    else if (operation === "RESET" && !isError) {
      this.#database = "0";
      this.#subscriptions.clear();
      this.#isMonitor = false;
    } else if (asksForFeed(operation)) this.#follow(reader, isError);
  }

  /** A replica gets a snapshot (PSYNC announces it, SYNC is answered by it) or goes on where it was; then come commands. */
  #follow(reader: RespReader, isError: boolean): void {
    this.#isReplica = !isError;
    const snapshotFollows = reader.type === Byte.simple && reader.texts.text(0)?.startsWith("FULLRESYNC") === true;
    if (snapshotFollows) return;
    reader.awaitsSnapshot = false;
    reader.asks = this.#isReplica;
  }

  #replicated(reader: RespReader): void {
    if (reader.awaitsSnapshot) {
      reader.awaitsSnapshot = false;
      reader.asks = true;
      this.#context.emit(pushedCall(reader, "snapshot", undefined));
      return;
    }
    const request = readRequest(reader, this.#database);
    if (request.operation === "SELECT") this.#select(request.target);
    this.#context.emit(commandFromServer(request));
  }
}

function asksForFeed(operation: string): boolean {
  return operation === "PSYNC" || operation === "SYNC";
}
