import { type Block, readBlock } from "./block.ts";
import type { ByteSource, Reading } from "./byte-source.ts";
import type { Agreed } from "./client-packets.ts";
import { Revision, ServerPacket } from "./wire.ts";

/** What a server sends. */
export type ServerMessage =
  | { readonly kind: "hello"; readonly name: string; readonly version: string; readonly revision: number }
  | { readonly kind: "exception"; readonly code: number }
  | { readonly kind: "progress"; readonly rows: number; readonly bytes: number }
  | { readonly kind: "data"; readonly block: Block }
  | { readonly kind: "pong" | "tables" | "endOfStream" | "other" };

const MAX_NAME_BYTES = 256;
/** Exceptions inside of exceptions. */
const MAX_NESTED = 32;

/** Packets of a server, until one is not understood: what stands behind its hello differs too much, and ends the reading as well. */
export function* readServer(
  source: ByteSource,
  agreed: () => Agreed,
  begins: () => void,
  tell: (message: ServerMessage) => void,
): Reading<void> {
  while (!source.hasFailed) {
    const type = yield* source.varuint();
    begins();
    const message = yield* readMessage(source, type, agreed());
    if (source.hasFailed || message === undefined) break;
    tell(message);
    if (message.kind === "hello") break;
  }
  source.fail();
}

function* readMessage(source: ByteSource, type: number, agreed: Agreed): Reading<ServerMessage | undefined> {
  const { revision, isCompressed } = agreed;
  switch (type) {
    case ServerPacket.hello:
      return yield* readHello(source);
    case ServerPacket.data:
      yield* source.skipText();
      return { kind: "data", block: yield* readBlock(source, revision, isCompressed) };
    case ServerPacket.totals:
    case ServerPacket.extremes:
      yield* source.skipText();
      yield* readBlock(source, revision, isCompressed);
      return { kind: "other" };
    case ServerPacket.log:
    case ServerPacket.profileEvents:
      yield* source.skipText();
      yield* readBlock(source, revision, isCompressed && revision >= Revision.compressedLogs);
      return { kind: "other" };
    case ServerPacket.exception:
      return { kind: "exception", code: yield* readException(source) };
    case ServerPacket.progress:
      return yield* readProgress(source, revision);
    case ServerPacket.pong:
      return { kind: "pong" };
    case ServerPacket.endOfStream:
      return { kind: "endOfStream" };
    default:
      return yield* readOther(source, type, revision);
  }
}

function* readOther(source: ByteSource, type: number, revision: number): Reading<ServerMessage | undefined> {
  switch (type) {
    case ServerPacket.profileInfo:
      for (let number = 0; number < 3; number += 1) yield* source.varuint();
      yield* source.uint8();
      yield* source.varuint();
      yield* source.uint8();
      if (revision >= Revision.rowsBeforeAggregation) {
        yield* source.uint8();
        yield* source.varuint();
      }
      break;
    case ServerPacket.tableColumns:
      yield* source.skipText();
      yield* source.skipText();
      break;
    case ServerPacket.timezoneUpdate:
      yield* source.skipText();
      break;
    case ServerPacket.partUuids:
      yield* source.skip(16 * (yield* source.varuint()));
      break;
    case ServerPacket.tablesStatusResponse:
      yield* skipStatuses(source, revision);
      return { kind: "tables" };
    case ServerPacket.readTaskRequest:
      break;
    default:
      return undefined;
  }
  return { kind: "other" };
}

/** Database, table, and of what is replicated how late it is. */
function* skipStatuses(source: ByteSource, revision: number): Reading<void> {
  for (let left = yield* source.varuint(); left > 0 && !source.hasFailed; left -= 1) {
    yield* source.skipText();
    yield* source.skipText();
    if ((yield* source.uint8()) === 0) continue;
    yield* source.varuint();
    if (revision >= Revision.readOnlyCheck) yield* source.varuint();
  }
}

function* readHello(source: ByteSource): Reading<ServerMessage> {
  const name = yield* source.text(MAX_NAME_BYTES);
  const version = `${yield* source.varuint()}.${yield* source.varuint()}`;
  return { kind: "hello", name, version, revision: yield* source.varuint() };
}

/** Code, name, message and stack; then perhaps the exception that caused it. Messages may repeat values of the query. */
function* readException(source: ByteSource): Reading<number> {
  const code = yield* source.int32();
  for (let nested = 0; nested < MAX_NESTED && !source.hasFailed; nested += 1) {
    for (let text = 0; text < 3; text += 1) yield* source.skipText();
    if ((yield* source.uint8()) === 0) return code;
    yield* source.int32();
  }
  return source.fail();
}

/** What was read since the progress before. */
function* readProgress(source: ByteSource, revision: number): Reading<ServerMessage> {
  const rows = yield* source.varuint();
  const bytes = yield* source.varuint();
  yield* source.varuint();
  if (revision >= Revision.totalBytesInProgress) yield* source.varuint();
  const numbers = (revision >= Revision.clientWriteInfo ? 2 : 0) + (revision >= Revision.queryTimeInProgress ? 1 : 0);
  for (let number = 0; number < numbers; number += 1) yield* source.varuint();
  return { kind: "progress", rows, bytes };
}
