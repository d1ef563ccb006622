import { cursorAt } from "./cursor.ts";
import { beginsLikeDns, isCutInQuestion, isNetbiosName } from "./likeness.ts";
import { isKnownOpcode, opcodeName } from "./names.ts";
import {
  FLAGS_AT,
  Flag,
  HEADER_BYTES,
  type Question,
  type ReadRecord,
  type ResourceRecord,
  readQuestions,
  readRecord,
} from "./records.ts";

const SOA = 6;
const OPT = 41;
/** Bounds that no honest message meets: more records than fit. */
const MAX_RECORDS = 4_096;
const MAX_QUESTIONS = 64;

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: string;
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionAvailable: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly answerCount: number;
  /** How long resolvers keep that there is no such thing, by the zone's SOA in the authority section; undefined where none stands there. */
  readonly negativeTtlSeconds: number | undefined;
}

/** Parses a whole message; undefined where the bytes are no DNS message. A truncated one (TC, or cut by the snap length) keeps what fits. */
export function parseDns(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < HEADER_BYTES || isNetbiosName(bytes, HEADER_BYTES)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(FLAGS_AT);
  const opcode = opcodeName((flags >> 11) & 0x0f);
  const [questionCount, answerCount, authorityCount, additionalCount] = [4, 6, 8, 10].map((at) =>
    view.getUint16(at),
  ) as [number, number, number, number];
  const records = answerCount + authorityCount + additionalCount;
  if (questionCount === 0 && records > MAX_RECORDS) return undefined;
  if (!isKnownOpcode((flags >> 11) & 0x0f) && !beginsLikeDns(bytes)) return undefined;
  const cursor = cursorAt(bytes, view, HEADER_BYTES);
  const questions = readQuestions(cursor, Math.min(questionCount, MAX_QUESTIONS));
  if (cursor.failed && questions.length === 0 && !isCutInQuestion(bytes)) return undefined;
  const answers: ResourceRecord[] = [];
  let extendedRcode = 0;
  let negativeTtlSeconds: number | undefined;
  for (let index = 0; index < Math.min(records, MAX_RECORDS) && !cursor.failed; index += 1) {
    const record = readRecord(cursor);
    if (record === undefined) break;
    if (index < answerCount) answers.push(record.record);
    else if (record.type === SOA && index < answerCount + authorityCount) negativeTtlSeconds ??= negativeTtlOf(record);
    if (record.type === OPT) extendedRcode = record.ttl >>> 24;
  }
  return {
    id: view.getUint16(0),
    isResponse: (flags & Flag.response) !== 0,
    opcode,
    rcode: (extendedRcode << 4) | (flags & 0x0f),
    authoritative: (flags & Flag.authoritative) !== 0,
    truncated: (flags & Flag.truncated) !== 0,
    recursionAvailable: (flags & Flag.recursionAvailable) !== 0,
    questions,
    answers,
    answerCount,
    negativeTtlSeconds,
  };
}

/** RFC 2308 §5: the lesser of the record's own time to live and of the last of its numbers. */
function negativeTtlOf({ record, ttl }: ReadRecord): number | undefined {
  const minimum = /^\S+ \S+(?: \d+){4} (\d+)$/.exec(record.value)?.[1];
  return minimum === undefined ? undefined : Math.min(ttl, Number(minimum));
}

/** True where a message answers. At least a header's bytes are there. */
export function isResponse(bytes: Uint8Array): boolean {
  return ((bytes[FLAGS_AT] ?? 0) & (Flag.response >> 8)) !== 0;
}
