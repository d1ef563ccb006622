import type { ByteCursor } from "../common/byte-cursor.ts";
import { type Asked, readAsked } from "./asked.ts";
import { OpCode, operationName } from "./codes.ts";
import { readStat, skipBuffer, skipStrings } from "./jute.ts";

/** Operations of one transaction that are looked at. */
const MAX_OPERATIONS = 1024;
/** Paths of a transaction that its target names. */
const MAX_PATHS = 4;
const RUNTIME_INCONSISTENCY = -2;

/** `MultiHeader`: what stands before each operation, and behind the last. */
function readHeader(cursor: ByteCursor): { readonly type: number; readonly isDone: boolean; readonly error: number } {
  const type = cursor.int32();
  const isDone = cursor.uint8() === 1;
  return { type, isDone, error: cursor.int32() };
}

/** The operations of a transaction (`MultiOperationRecord`). */
export function readMulti(cursor: ByteCursor): Asked {
  const paths = new Set<string>();
  const operations = new Set<string>();
  let count = 0;
  let isWhole = false;
  while (count < MAX_OPERATIONS && !cursor.hasFailed) {
    const { type, isDone } = readHeader(cursor);
    isWhole = isDone && !cursor.hasFailed;
    const operation = operationName(type);
    if (isDone || cursor.hasFailed || operation === undefined) break;
    const { target } = readAsked(cursor, type);
    count += 1;
    operations.add(operation);
    if (paths.size < MAX_PATHS && target !== "") paths.add(target);
  }
  return {
    target: [...paths].join(", "),
    facts: {
      "db.operation.batch.size": isWhole ? count : undefined,
      "weir.zookeeper.operations": [...operations].join(", "),
    },
  };
}

/** The error that failed a transaction (`MultiResponse`); the others failed for it, and say RUNTIMEINCONSISTENCY. Undefined where it went well. */
export function errorOfMulti(cursor: ByteCursor): number | undefined {
  let failed: number | undefined;
  for (let count = 0; count < MAX_OPERATIONS; count += 1) {
    const { type, isDone } = readHeader(cursor);
    if (isDone || cursor.hasFailed) return failed;
    if (type === OpCode.error) {
      const error = cursor.int32();
      if (error !== 0 && error !== RUNTIME_INCONSISTENCY) return error;
      if (error !== 0) failed = error;
    } else skipResult(cursor, type);
  }
  return failed;
}

function skipResult(cursor: ByteCursor, type: number): void {
  switch (type) {
    case OpCode.create:
      skipBuffer(cursor);
      break;
    case OpCode.create2:
    case OpCode.createContainer:
    case OpCode.createTTL:
    case OpCode.getData:
      skipBuffer(cursor);
      readStat(cursor);
      break;
    case OpCode.setData:
      readStat(cursor);
      break;
    case OpCode.getChildren:
      skipStrings(cursor);
      break;
    case OpCode.delete:
    case OpCode.check:
      break;
    default:
      cursor.fail();
  }
}
