import { ByteCursor } from "../common/byte-cursor.ts";
import { eventTypeName, keeperStateName, OpCode } from "./codes.ts";
import { formatId, readStat, readString, skipBuffer } from "./jute.ts";
import { errorOfMulti } from "./multi.ts";
import type { Request } from "./request.ts";

/** A reply's header, and the cursor behind it. */
export interface Reply {
  readonly xid: number;
  readonly zxid: string | undefined;
  readonly error: number;
  readonly body: ByteCursor;
}

type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export function readReply(message: Uint8Array): Reply | undefined {
  const body = new ByteCursor(message, 4);
  const xid = body.int32();
  const zxid = body.int64();
  const error = body.int32();
  if (body.hasFailed) return undefined;
  return { xid, zxid: zxid > 0n ? formatId(zxid) : undefined, error, body };
}

/** What a reply to a request of this kind says, and the error in it where its header has none. */
export function readAnswer(
  { error, body, zxid }: Reply,
  request: Request | undefined,
): { readonly error: number; readonly facts: Facts } {
  const common = { "weir.zookeeper.zxid": zxid };
  const opcode = request?.opcode;
  if (opcode === OpCode.multi || opcode === OpCode.multiRead)
    return { error: error === 0 ? (errorOfMulti(body) ?? 0) : error, facts: common };
  if (error !== 0 || request === undefined) return { error, facts: common };
  return { error, facts: { ...common, ...readResult(body, request) } };
}

function readResult(body: ByteCursor, { opcode, target }: Request): Facts {
  switch (opcode) {
    case OpCode.create:
    case OpCode.create2:
    case OpCode.createContainer:
    case OpCode.createTTL: {
      const path = readString(body);
      return { "weir.zookeeper.created_path": body.hasFailed || path === target ? undefined : path };
    }
    case OpCode.getData: {
      const dataBytes = skipBuffer(body);
      return { ...statFacts(body), "weir.zookeeper.data_bytes": dataBytes };
    }
    case OpCode.exists:
    case OpCode.setData:
      return statFacts(body);
    case OpCode.getChildren:
    case OpCode.getChildren2:
    case OpCode.getEphemerals:
    case OpCode.getAllChildrenNumber: {
      const count = body.int32();
      return { "weir.zookeeper.child_count": body.hasFailed ? undefined : Math.max(0, count) };
    }
    default:
      return {};
  }
}

function statFacts(body: ByteCursor): Facts {
  const stat = readStat(body);
  return {
    "weir.zookeeper.version": stat?.version,
    "weir.zookeeper.data_bytes": stat?.dataBytes,
    "weir.zookeeper.child_count": stat?.childCount,
  };
}

/** What a watch saw (`WatcherEvent`). */
export function readEvent(body: ByteCursor): { readonly path: string; readonly facts: Facts } {
  const type = body.int32();
  const state = body.int32();
  const path = readString(body);
  return {
    path,
    facts: {
      "weir.zookeeper.event_type": eventTypeName(type) ?? type,
      "weir.zookeeper.keeper_state": keeperStateName(state) ?? state,
    },
  };
}
