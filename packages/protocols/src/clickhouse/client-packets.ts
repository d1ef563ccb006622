import { type Block, readBlock } from "./block.ts";
import type { ByteSource, Reading } from "./byte-source.ts";
import { type Query, readQuery } from "./query.ts";
import { ClientPacket, Revision } from "./wire.ts";

/** What a client says of itself, and as whom. */
export interface ClientHello {
  readonly name: string;
  readonly version: string;
  readonly revision: number;
  readonly database: string;
}

/** What a client sends. */
export type ClientMessage =
  | { readonly kind: "hello"; readonly hello: ClientHello }
  | { readonly kind: "addendum" | "ping" | "cancel" | "scalar" | "other" }
  | { readonly kind: "tables"; readonly tables: readonly string[] }
  | { readonly kind: "query"; readonly query: Query }
  | { readonly kind: "data"; readonly block: Block };

/** What is known of a connection where its packets depend on it. */
export interface Agreed {
  /** The lower one of both sides' revisions. */
  readonly revision: number;
  /** Whether the blocks of the query under way are compressed. */
  readonly isCompressed: boolean;
}

const MAX_NAME_BYTES = 256;
const MAX_TABLES = 4;

/** Packets of a client, one behind the other, until one is not understood. `agreed` is asked when it is needed. */
export function* readClient(
  source: ByteSource,
  agreed: () => Agreed,
  begins: () => void,
  tell: (message: ClientMessage) => void,
): Reading<void> {
  while (!source.hasFailed) {
    const type = yield* source.varuint();
    begins();
    const message = yield* readMessage(source, type, agreed());
    if (source.hasFailed || message === undefined) break;
    tell(message);
    if (message.kind !== "hello") continue;
    // What is agreed on is known when the server has answered: before the next byte.
    yield* source.more();
    const { revision } = agreed();
    if (revision < Revision.addendum) continue;
    begins();
    yield* source.skipText();
    if (revision >= Revision.chunkedPackets) for (let way = 0; way < 2; way += 1) yield* source.skipText();
    if (revision >= Revision.parallelReplicasVersion) yield* source.varuint();
    tell({ kind: "addendum" });
  }
  source.fail();
}

function* readMessage(source: ByteSource, type: number, agreed: Agreed): Reading<ClientMessage | undefined> {
  switch (type) {
    case ClientPacket.hello:
      return { kind: "hello", hello: yield* readHello(source) };
    case ClientPacket.query: {
      const query = yield* readQuery(source, agreed.revision);
      return query === undefined ? undefined : { kind: "query", query };
    }
    case ClientPacket.scalar:
      yield* source.skipText();
      yield* readBlock(source, agreed.revision, agreed.isCompressed);
      return { kind: "scalar" };
    case ClientPacket.data:
      yield* source.skipText();
      return { kind: "data", block: yield* readBlock(source, agreed.revision, agreed.isCompressed) };
    case ClientPacket.ping:
      return { kind: "ping" };
    case ClientPacket.cancel:
      return { kind: "cancel" };
    case ClientPacket.keepAlive:
      return { kind: "other" };
    case ClientPacket.tablesStatusRequest:
      return { kind: "tables", tables: yield* readTables(source) };
    case ClientPacket.ignoredPartUuids:
      yield* source.skip(16 * (yield* source.varuint()));
      return { kind: "other" };
    default:
      return undefined;
  }
}

function* readHello(source: ByteSource): Reading<ClientHello> {
  const name = yield* source.text(MAX_NAME_BYTES);
  const version = `${yield* source.varuint()}.${yield* source.varuint()}`;
  const revision = yield* source.varuint();
  const database = yield* source.text(MAX_NAME_BYTES);
  // User and password.
  yield* source.skipText();
  yield* source.skipText();
  return { name, version, revision, database };
}

function* readTables(source: ByteSource): Reading<readonly string[]> {
  const tables: string[] = [];
  for (let left = yield* source.varuint(); left > 0 && !source.hasFailed; left -= 1) {
    const name = `${yield* source.text(MAX_NAME_BYTES)}.${yield* source.text(MAX_NAME_BYTES)}`;
    if (tables.length < MAX_TABLES) tables.push(name);
  }
  return tables;
}
