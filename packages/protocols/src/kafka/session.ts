import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { unanswered } from "../common/unanswered.ts";
import type { ProbeVerdict, Session, SessionContext } from "../contract.ts";
import { ApiKey, apiOf, isFlexible } from "./apis.ts";
import { type CallParts, callOf, type Passed } from "./call-of-messages.ts";
import { UNSUPPORTED_VERSION } from "./error-codes.ts";
import { FetchSession } from "./fetch-session.ts";
import { MessageFacts } from "./message-facts.ts";
import { KafkaReader } from "./reader.ts";
import { LENGTH_BYTES, MAX_REQUEST_BYTES, probeRequest, type RequestHead, readRequestHead } from "./request-head.ts";
import { probeResponse } from "./response-probe.ts";
import { readBody } from "./schema.ts";
import { TopicIds } from "./topic-ids.ts";

/** Requests that wait for their response at most; the oldest is given up beyond it. */
export const MAX_PENDING = 256;
/** Beginning of a message that is kept; of what is longer, that is mostly records. */
export const KEPT_BYTES = 1 << 17;
/** A response may be as long as what a fetch asked for, which is an int32. */
const MAX_RESPONSE_BYTES = 0x7fffffff;
/** What may stand behind the last records of a message: tagged fields. */
const MAX_TAIL_BYTES = 64;
/** SASL tokens without Kafka's framing have no correlation id. */
const NO_CORRELATION_ID = -1;

interface Pending {
  readonly head: RequestHead;
  readonly correlationId: number;
  readonly request: Passed;
  readonly fetchedTopics: readonly string[] | undefined;
  /** True where its response may have been in a hole. */
  mayBeLost: boolean;
}

/** One connection to a broker. Requests and responses have their length in front; correlation ids pair them. */
export class KafkaSession implements Session {
  readonly #context: SessionContext;
  readonly #topicIds: TopicIds;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #fetches = new FetchSession();
  readonly #pending: Pending[] = [];
  /** True after SaslHandshake version 0: bare tokens follow until a request comes (KIP-43). */
  #expectsTokens = false;
  #isInterrupted: boolean;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#topicIds = context.common(() => new TopicIds());
    this.#isInterrupted = context.midStream;
    const reader = (
      direction: Direction,
      maxBytes: number,
      resumes: (bytes: Uint8Array) => ProbeVerdict,
      frame: (frame: Frame) => void,
    ) =>
      new FrameReader(
        {
          headerBytes: LENGTH_BYTES,
          lengthOf: (bytes) => this.#lengthOf(bytes),
          maxBytes: LENGTH_BYTES + maxBytes,
          keptBytes: KEPT_BYTES,
          resumes,
        },
        {
          frame: (whole) => {
            frame(whole);
            return true;
          },
          damaged: (mark) => context.violation({ code: "badLength", direction, mark }),
        },
        context.midStream,
      );
    this.#readers = [
      reader(Direction.toServer, MAX_REQUEST_BYTES, probeRequest, (frame) => this.#request(frame)),
      reader(
        Direction.toClient,
        MAX_RESPONSE_BYTES,
        (bytes) => this.#resumes(bytes),
        (frame) => this.#response(frame),
      ),
    ];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return true;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#isInterrupted = true;
    if (direction === Direction.toClient) for (const pending of this.#pending) pending.mayBeLost = true;
    this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; requests that wait are settled by `close`.
  }

  close(reason: EndReason): void {
    for (const pending of this.#pending) this.#emit(pending, undefined, pending.mayBeLost ? LOST : unanswered(reason));
    this.#pending.length = 0;
  }

  /** Bare SASL tokens may be empty; every other message has a correlation id at least. */
  #lengthOf(bytes: Uint8Array): number | undefined {
    const length = new KafkaReader(bytes).int32();
    return length < (this.#expectsTokens ? 0 : 4) ? undefined : LENGTH_BYTES + length;
  }

  /** A response begins behind a hole where its correlation id is one that is waited for. */
  #resumes(bytes: Uint8Array): ProbeVerdict {
    if (bytes.length < LENGTH_BYTES + 4) return "needMore";
    const reader = new KafkaReader(bytes);
    const isLength = reader.int32() >= 4;
    const correlationId = reader.int32();
    const isAwaited = isLength && this.#pending.some((pending) => pending.correlationId === correlationId);
    return isAwaited ? "match" : probeResponse(bytes);
  }

  #request(frame: Frame): void {
    if (this.#expectsTokens && probeRequest(frame.bytes) !== "match") {
      const token = { head: TOKEN_HEAD, correlationId: NO_CORRELATION_ID, request: this.#unread(frame) };
      this.#await({ ...token, fetchedTopics: undefined, mayBeLost: false });
      return;
    }
    this.#endTokens();
    const reader = bodyReader(frame);
    const head = readRequestHead(reader);
    if (head === undefined || head.apiVersion < 0) {
      this.#context.violation({ code: "badRequestHead", direction: Direction.toServer, mark: frame.last });
      return;
    }
    if (head.api === undefined)
      this.#context.violation({ code: "unknownApiKey", direction: Direction.toServer, mark: frame.last });
    const facts = new MessageFacts(this.#topicIds);
    const schema = head.api?.request;
    if (schema !== undefined) readBody(schema, reader, head.apiVersion, head.isFlexible, facts);
    const request = passed(frame, facts, reader);
    const isFetch = head.apiKey === ApiKey.fetch;
    if (isFetch) this.#fetches.request(facts);
    this.#await({
      head,
      correlationId: head.correlationId,
      request,
      fetchedTopics: isFetch ? this.#fetches.topics : undefined,
      mayBeLost: false,
    });
  }

  /** A request tells that the exchange of tokens was a success; its last one may have needed no answer. */
  #endTokens(): void {
    if (!this.#expectsTokens) return;
    this.#expectsTokens = false;
    for (const token of this.#pending.splice(0)) this.#emit(token, undefined, { status: "ok", gradeReasons: [] });
  }

  #unread(frame: Frame): Passed {
    const facts = new MessageFacts(this.#topicIds);
    return passed(frame, facts, undefined);
  }

  #await(pending: Pending): void {
    const { head, request } = pending;
    // A producer that wants no acknowledgement gets no response.
    if (head.apiKey === ApiKey.produce && request.facts.attributes["weir.kafka.acks"] === "0") {
      this.#emit(pending, undefined, { status: "ok", gradeReasons: [] });
      return;
    }
    if (this.#pending.length >= MAX_PENDING) {
      const oldest = this.#pending.shift();
      if (oldest !== undefined) this.#emit(oldest, undefined, { status: "unknown", gradeReasons: ["limitReached"] });
    }
    this.#pending.push(pending);
  }

  #response(frame: Frame): void {
    if (this.#pending[0]?.head === TOKEN_HEAD) {
      const token = this.#pending.shift();
      if (token !== undefined) this.#emit(token, this.#unread(frame));
      return;
    }
    const reader = bodyReader(frame);
    const correlationId = reader.int32();
    const index = this.#pending.findIndex((pending) => pending.correlationId === correlationId);
    const [pending] = index < 0 ? [] : this.#pending.splice(index, 1);
    if (pending === undefined) {
      this.#responseAlone(frame, correlationId);
      return;
    }
    const { apiKey, apiVersion } = pending.head;
    const response = this.#readResponse(pending.head, frame, reader);
    if (apiKey === ApiKey.saslHandshake && apiVersion === 0 && response.facts.worstError === 0)
      this.#expectsTokens = true;
    this.#emit(pending, response);
  }

  #readResponse(head: RequestHead, frame: Frame, reader: KafkaReader): Passed {
    const facts = new MessageFacts(this.#topicIds);
    const { api } = head;
    let version = head.apiVersion;
    // ApiVersions has the old head in all versions, for clients that do not know yet what the broker speaks (KIP-511).
    if (head.isFlexible && head.apiKey !== ApiKey.apiVersions) reader.skipTags();
    else if (head.apiKey === ApiKey.apiVersions && firstError(frame) === UNSUPPORTED_VERSION) version = 0;
    if (api?.response !== undefined) readBody(api.response, reader, version, isFlexible(api, version), facts);
    if (reader.isBroken)
      this.#context.violation({ code: "badResponse", direction: Direction.toClient, mark: frame.last });
    return passed(frame, facts, reader);
  }

  /** Its request was before the capture or in a hole; without either somebody breaks the rules. */
  #responseAlone(frame: Frame, correlationId: number): void {
    if (!this.#isInterrupted) {
      this.#context.violation({ code: "unknownCorrelationId", direction: Direction.toClient, mark: frame.last });
      return;
    }
    const call = callOf({
      head: undefined,
      correlationId,
      request: undefined,
      response: this.#unread(frame),
      without: { status: "unknown", gradeReasons: [] },
    });
    if (call !== undefined) this.#context.emit(call);
  }

  #emit(pending: Pending, response: Passed | undefined, without: CallParts["without"] = ANSWERED): void {
    const { head, correlationId, request, fetchedTopics } = pending;
    const lag = fetchedTopics === undefined || response === undefined ? undefined : this.#fetches.lagOf(response.facts);
    const fetch = fetchedTopics === undefined ? undefined : { topics: fetchedTopics, lag };
    const call = callOf({ head, correlationId, request, response, fetch, without });
    if (call !== undefined) this.#context.emit(call);
  }
}

const LOST: CallParts["without"] = { status: "unknown", gradeReasons: ["missingSegments"] };

const ANSWERED: CallParts["without"] = { status: "unknown", gradeReasons: [] };

/** What bare SASL tokens are shown as: the request that took their place in later versions. */
const TOKEN_HEAD: RequestHead = {
  apiKey: ApiKey.saslAuthenticate,
  apiVersion: -1,
  correlationId: NO_CORRELATION_ID,
  clientId: undefined,
  api: apiOf(ApiKey.saslAuthenticate),
  isFlexible: false,
};

function bodyReader({ bytes, length }: Frame): KafkaReader {
  return new KafkaReader(bytes.subarray(LENGTH_BYTES), length - LENGTH_BYTES);
}

/** The error code with which an ApiVersions response begins. */
function firstError(frame: Frame): number {
  const reader = bodyReader(frame);
  reader.int32();
  return reader.int16();
}

function passed(frame: Frame, facts: MessageFacts, reader: KafkaReader | undefined): Passed {
  const { first, last, length, hasGap } = frame;
  // Where the end of the last records is not there, nothing of use is missing.
  const isCut = reader?.isCut === true && reader.left - facts.cutRecordBytes > MAX_TAIL_BYTES;
  return { facts, first, last, bytes: length, hasGap, isCut, isBroken: reader?.isBroken === true };
}
