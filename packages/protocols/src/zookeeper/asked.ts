import type { ByteCursor } from "../common/byte-cursor.ts";
import { CREATE_MODES, OpCode } from "./codes.ts";
import { readString, skipBuffer, skipRights, skipStrings } from "./jute.ts";

/** What an operation asks for. */
export interface Asked {
  readonly target: string;
  readonly facts: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** What one operation asks for; the cursor stands behind it then, or has failed. */
export function readAsked(cursor: ByteCursor, opcode: number): Asked {
  switch (opcode) {
    case OpCode.create:
    case OpCode.create2:
    case OpCode.createContainer:
    case OpCode.createTTL:
      return readCreate(cursor, opcode);
    case OpCode.setData: {
      const target = readString(cursor);
      const dataBytes = skipBuffer(cursor);
      return { target, facts: { "weir.zookeeper.data_bytes": dataBytes, ...readVersion(cursor) } };
    }
    case OpCode.delete:
    case OpCode.check:
      return { target: readString(cursor), facts: readVersion(cursor) };
    case OpCode.setACL: {
      const target = readString(cursor);
      skipRights(cursor);
      return { target, facts: readVersion(cursor) };
    }
    case OpCode.exists:
    case OpCode.getData:
    case OpCode.getChildren:
    case OpCode.getChildren2: {
      const target = readString(cursor);
      const watch = cursor.uint8() === 1;
      return { target, facts: { "weir.zookeeper.watch": cursor.hasFailed ? undefined : watch } };
    }
    default:
      return readOther(cursor, opcode);
  }
}

function readOther(cursor: ByteCursor, opcode: number): Asked {
  switch (opcode) {
    case OpCode.ping:
    case OpCode.closeSession:
    case OpCode.whoAmI:
    case OpCode.sasl:
    case OpCode.reconfig:
      return { target: "", facts: {} };
    case OpCode.auth:
      cursor.int32();
      return { target: "", facts: { "weir.zookeeper.scheme": readString(cursor) } };
    case OpCode.setWatches:
    case OpCode.setWatches2:
      return readWatches(cursor, opcode === OpCode.setWatches ? 3 : 5);
    default:
      return { target: readString(cursor), facts: {} };
  }
}

function readCreate(cursor: ByteCursor, opcode: number): Asked {
  const target = readString(cursor);
  const dataBytes = skipBuffer(cursor);
  skipRights(cursor);
  const flags = cursor.int32();
  if (opcode === OpCode.createTTL) cursor.int64();
  const mode = cursor.hasFailed ? undefined : (CREATE_MODES[flags] ?? String(flags));
  return { target, facts: { "weir.zookeeper.data_bytes": dataBytes, "weir.zookeeper.create_mode": mode } };
}

function readVersion(cursor: ByteCursor): Asked["facts"] {
  const version = cursor.int32();
  return cursor.hasFailed ? {} : { "weir.zookeeper.expected_version": version };
}

/** Behind a reconnect: the last transaction seen, then lists of paths, one for each kind of watch. */
function readWatches(cursor: ByteCursor, lists: number): Asked {
  cursor.int64();
  let watchCount = 0;
  for (let list = 0; list < lists; list += 1) watchCount += skipStrings(cursor) ?? 0;
  return { target: "", facts: { "weir.zookeeper.watch_count": cursor.hasFailed ? undefined : watchCount } };
}
