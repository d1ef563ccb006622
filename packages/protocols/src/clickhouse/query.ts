import { decodeUtf8, toHex } from "@weir/base";
import { MAX_SQL_CHARS } from "../common/sql/query.ts";
import type { ByteSource, Reading } from "./byte-source.ts";
import { MAX_REVISION, Revision } from "./wire.ts";

/** A query as a client sends it, without its data. */
export interface Query {
  readonly id: string;
  /** True where another server asks on behalf of a client's query. */
  readonly isSecondary: boolean;
  readonly clientName: string;
  readonly traceparent: string | undefined;
  /** Names of settings, without their values. */
  readonly settings: readonly string[];
  readonly isCompressed: boolean;
  readonly sql: string;
  readonly isCut: boolean;
  /** The client's revision as the query itself tells it; undefined where it does not. */
  readonly revision: number | undefined;
}

const MAX_NAME_BYTES = 256;
/** Settings whose names are kept; more are read over. */
const MAX_SETTINGS = 32;
const QueryKind = { none: 0, secondary: 2 } as const;
const Interface = { tcp: 1, http: 2 } as const;
const SETTING_NAME = /^[A-Za-z][A-Za-z0-9_.]+$/;
/** Numbers between the client's description and its settings, or the query, are small: flags, a stage. */
const LARGEST_FLAG = 2;
const MAX_FLAGS = 48;
const SECRET_BYTES = 32;
/** A SHA-256, as what servers prove themselves with, and no text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const BINARY = /[\x00-\x08\x0e-\x1f\ufffd]/;

/** What stands behind the number of the packet. */
export function* readQuery(source: ByteSource, revision: number): Reading<Query | undefined> {
  // Settings were of many types before.
  if (revision < Revision.settingsAsStrings) source.fail();
  const id = yield* source.text(MAX_NAME_BYTES);
  const client = yield* readClientInfo(source, revision);
  const tail = yield* readTail(source);
  if ((client.revision ?? revision) >= Revision.parameters) yield* skipSettings(source);
  if (source.hasFailed || tail === undefined) return undefined;
  return { id, ...client, ...tail };
}

/** Who asks (`ClientInfo`). */
function* readClientInfo(
  source: ByteSource,
  agreed: number,
): Reading<Pick<Query, "isSecondary" | "clientName" | "traceparent" | "revision">> {
  const kind = yield* source.uint8();
  if (kind === QueryKind.none)
    return { isSecondary: false, clientName: "", traceparent: undefined, revision: undefined };
  if (kind > QueryKind.secondary) source.fail();
  // User, id and address of the first query.
  for (let text = 0; text < 3; text += 1) yield* source.skipText();
  if (agreed >= Revision.initialQueryStartTime) yield* source.skip(8);
  const via = yield* source.uint8();
  const told = yield* readInterface(source, via, agreed);
  // Where the hello was not seen, the query's own word is the best that there is.
  const revision = agreed === MAX_REVISION ? (told.revision ?? agreed) : agreed;
  if (revision >= Revision.quotaKey) yield* source.skipText();
  if (revision >= Revision.distributedDepth) yield* source.varuint();
  if (via === Interface.tcp && revision >= Revision.versionPatch) yield* source.varuint();
  const traceparent = revision >= Revision.openTelemetry ? yield* readTrace(source) : undefined;
  const numbers = (revision >= Revision.parallelReplicas ? 3 : 0) + (revision >= Revision.queryAndLineNumbers ? 2 : 0);
  for (let number = 0; number < numbers; number += 1) yield* source.varuint();
  if (revision >= Revision.jwt && (yield* source.uint8()) === 1) yield* source.skipText();
  return { isSecondary: kind === QueryKind.secondary, clientName: told.name, traceparent, revision: told.revision };
}

/** By which interface the first query came, and who asked there. */
function* readInterface(
  source: ByteSource,
  via: number,
  revision: number,
): Reading<{ readonly name: string; readonly revision: number | undefined }> {
  if (via === Interface.tcp) {
    // User of the operating system, and host.
    yield* source.skipText();
    yield* source.skipText();
    const name = yield* source.text(MAX_NAME_BYTES);
    for (let number = 0; number < 2; number += 1) yield* source.varuint();
    return { name, revision: yield* source.varuint() };
  }
  if (via !== Interface.http) return { name: "", revision: undefined };
  yield* source.uint8();
  const name = yield* source.text(MAX_NAME_BYTES);
  if (revision >= Revision.forwardedFor) yield* source.skipText();
  if (revision >= Revision.referer) yield* source.skipText();
  return { name, revision: undefined };
}

/** Trace context as numbers of eight bytes, the lowest byte first: two of the trace's id, one of the span's. */
function* readTrace(source: ByteSource): Reading<string | undefined> {
  if ((yield* source.uint8()) !== 1) return undefined;
  const high = yield* source.take(8);
  const low = yield* source.take(8);
  const span = yield* source.take(8);
  yield* source.skipText();
  const flags = yield* source.uint8();
  const [highHex, lowHex, spanHex] = [high, low, span].map((bytes) => toHex(bytes.toReversed()));
  return `00-${highHex}${lowHex}-${spanHex}-${flags.toString(16).padStart(2, "0")}`;
}

/**
 * Settings, roles, a server's proof, stage, compression, and the text of the query. Newer revisions put more flags in between, so they are told by
 * their looks: flags are small, names of settings are words, and the first other text is the query.
 */
function* readTail(
  source: ByteSource,
): Reading<Pick<Query, "settings" | "isCompressed" | "sql" | "isCut"> | undefined> {
  const settings: string[] = [];
  let flag = 0;
  for (let flags = 0; flags < MAX_FLAGS && !source.hasFailed; ) {
    const number = yield* source.varuint();
    if (number <= LARGEST_FLAG) {
      flag = number;
      flags += 1;
      continue;
    }
    const kept = yield* source.take(Math.min(number, MAX_SQL_CHARS));
    yield* source.skip(number - kept.length);
    const text = decodeUtf8(kept);
    if (number === SECRET_BYTES && BINARY.test(text)) continue;
    if (!SETTING_NAME.test(text)) return { settings, isCompressed: flag === 1, sql: text, isCut: number > kept.length };
    if (settings.length < MAX_SETTINGS) settings.push(text.slice(0, MAX_NAME_BYTES));
    yield* source.varuint();
    yield* source.skipText();
    flags = 0;
  }
  source.fail();
  return undefined;
}

/** Names, flags and values, up to an empty name. */
function* skipSettings(source: ByteSource): Reading<void> {
  while (!source.hasFailed && (yield* source.text(1)) !== "") {
    yield* source.varuint();
    yield* source.skipText();
  }
}
