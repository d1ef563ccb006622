import { ByteCursor } from "../common/byte-cursor.ts";
import { type Passage, present } from "../common/passage.ts";
import { readAsked } from "./asked.ts";
import { OpCode, operationName } from "./codes.ts";
import { readMulti } from "./multi.ts";

/** A request that waits for its reply. */
export interface Request {
  readonly xid: number;
  readonly opcode: number;
  readonly operation: string;
  readonly target: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly passage: Passage;
}

/** The request in a message, whose header follows its length; undefined where there is no such operation. */
export function readRequest(message: Uint8Array, passage: Passage): Request | undefined {
  const cursor = new ByteCursor(message, 4);
  const xid = cursor.int32();
  const opcode = cursor.int32();
  const operation = operationName(opcode);
  if (operation === undefined || cursor.hasFailed) return undefined;
  const isMulti = opcode === OpCode.multi || opcode === OpCode.multiRead;
  const { target, facts } = isMulti ? readMulti(cursor) : readAsked(cursor, opcode);
  const attributes = present({ "weir.zookeeper.xid": xid, "weir.zookeeper.opcode": opcode, ...facts });
  return { xid, opcode, operation, target, attributes, passage };
}
