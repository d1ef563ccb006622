import { decodeUtf8, type Mark } from "@weir/base";
import type { GradeReason } from "@weir/model";
import type { HttpApplication, HttpRequest, HttpResponse } from "../common/http/exchange.ts";
import { endOfHead, requestOf, responseOf } from "./cgi.ts";
import { GatheredBytes } from "./gathered-bytes.ts";
import { MessageSide } from "./message-side.ts";
import { readPairs } from "./name-value-pairs.ts";
import { type Beginning, type Ending, type FastcgiRecord, RecordType, readBeginning, readEnding } from "./wire.ts";

/** Parameters that are kept of one request. */
const MAX_PARAMS_BYTES = 64 << 10;
/** Longest header block of a response. */
const MAX_HEAD_BYTES = 16 << 10;
const MAX_STDERR_BYTES = 512;

/** One request on its way through the application: what its records have said so far. */
export class FastcgiRequest {
  readonly requestId: number;
  readonly #applications: readonly HttpApplication[];
  #paramsBytes: GatheredBytes | undefined = new GatheredBytes(MAX_PARAMS_BYTES);
  #head: GatheredBytes | undefined = new GatheredBytes(MAX_HEAD_BYTES);
  #stderr: GatheredBytes | undefined;
  #isCut = false;
  /** False where the request began before it was seen. */
  readonly isWhole: boolean;
  beginning: Beginning | undefined;
  ending: Ending | undefined;
  /** True where parameters do not end where their stream does. */
  hasBrokenParams = false;
  params: ReadonlyMap<string, string> = new Map();
  request: HttpRequest | undefined;
  response: HttpResponse | undefined;
  stderrBytes = 0;
  /** When the web server gave it up; the application says END_REQUEST to that too, which ends nothing any more. */
  givenUpAt: Mark | undefined;
  asked: MessageSide | undefined;
  answered: MessageSide | undefined;

  constructor(requestId: number, isWhole: boolean, applications: readonly HttpApplication[]) {
    this.requestId = requestId;
    this.isWhole = isWhole;
    this.#applications = applications;
  }

  /** The beginning of what the application wrote to its error stream. */
  get stderr(): string | undefined {
    return this.#stderr === undefined ? undefined : decodeUtf8(this.#stderr.bytes);
  }

  /** Why what is known is not the whole. */
  get gradeReasons(): readonly GradeReason[] {
    const reasons: GradeReason[] = [];
    if (!this.isWhole) reasons.push("midStreamStart");
    if (this.asked?.hasGap === true || this.answered?.hasGap === true) reasons.push("missingSegments");
    if (this.#isCut) reasons.push("limitReached");
    return reasons;
  }

  /** A record of the web server's. */
  ask(record: FastcgiRecord): void {
    this.asked ??= new MessageSide(record.frame.first);
    this.asked.passed(record);
    const { type, content, contentBytes } = record;
    if (type === RecordType.abortRequest) this.givenUpAt = record.frame.last;
    else if (type === RecordType.beginRequest) this.beginning = readBeginning(content);
    else if (type === RecordType.params && contentBytes > 0) this.#addParams(record);
    else if (type === RecordType.params) this.#endParams();
    else if (type === RecordType.stdin || type === RecordType.data) {
      this.#endParams();
      this.asked.add(content, contentBytes - content.length);
    }
  }

  /** A record of the application's. */
  answer(record: FastcgiRecord): void {
    this.answered ??= new MessageSide(record.frame.first);
    this.answered.passed(record);
    const { type, content, contentBytes } = record;
    if (type === RecordType.stdout) this.#addOutput(record);
    else if (type === RecordType.stderr) {
      this.stderrBytes += contentBytes;
      if (contentBytes === 0) return;
      this.#stderr ??= new GatheredBytes(MAX_STDERR_BYTES);
      this.#stderr.add(content);
    } else if (type === RecordType.endRequest) {
      this.ending = readEnding(content);
      this.finish();
    }
  }

  /** Nothing more comes: reads what is there. */
  finish(): void {
    this.#endParams();
    if (this.#head !== undefined && this.#head.bytes.length > 0) this.#endHead(this.#head.bytes.length);
  }

  #addParams({ content, contentBytes }: FastcgiRecord): void {
    if (this.#paramsBytes === undefined) return;
    this.#paramsBytes.add(content);
    if (content.length === contentBytes && !this.#paramsBytes.isCut) return;
    this.#isCut = true;
    this.#endParams();
  }

  #endParams(): void {
    if (this.#paramsBytes === undefined) return;
    const { bytes } = this.#paramsBytes;
    this.#paramsBytes = undefined;
    if (bytes.length === 0) return;
    const { pairs, isWhole } = readPairs(bytes);
    this.params = pairs;
    this.hasBrokenParams = !isWhole && !this.#isCut;
    this.request = requestOf(this.params);
    this.asked?.begin(this.request.headers, this.#applications);
  }

  #addOutput({ content, contentBytes }: FastcgiRecord): void {
    const missing = contentBytes - content.length;
    if (this.#head === undefined) {
      this.answered?.add(content, missing);
      return;
    }
    const before = this.#head.bytes.length;
    this.#head.add(content);
    const end = endOfHead(this.#head.bytes, Math.max(0, before - 2));
    if (end === undefined && missing === 0 && !this.#head.isCut) return;
    // What the head had no room for stands in this record's content, as all of the body does.
    const bodyAt = Math.max(0, (end ?? this.#head.bytes.length) - before);
    this.#endHead(end ?? this.#head.bytes.length);
    this.answered?.add(content.subarray(bodyAt), missing);
  }

  #endHead(end: number): void {
    const head = this.#head?.bytes ?? new Uint8Array(0);
    this.#head = undefined;
    this.response = responseOf(head.subarray(0, end));
    if (this.response !== undefined) this.answered?.begin(this.response.headers, this.#applications);
    else this.answered?.add(head.subarray(0, end), 0);
  }
}
