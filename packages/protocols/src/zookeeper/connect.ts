import { ByteCursor } from "../common/byte-cursor.ts";
import type { Passage } from "../common/passage.ts";
import { present } from "../common/passage.ts";
import { formatId, skipBuffer } from "./jute.ts";
import type { Request } from "./request.ts";

/** What the first message of a client asks for: a session, new or from before (`ConnectRequest`). */
export function readConnectRequest(message: Uint8Array, passage: Passage): Request {
  const cursor = new ByteCursor(message, 4);
  cursor.int32();
  const zxid = cursor.int64();
  const wantedTimeoutMs = cursor.int32();
  const sessionId = cursor.int64();
  const attributes = present({
    "weir.zookeeper.wanted_timeout": wantedTimeoutMs,
    "weir.zookeeper.session_id": sessionId === 0n ? undefined : formatId(sessionId),
    "weir.zookeeper.zxid": zxid > 0n ? formatId(zxid) : undefined,
  });
  return { xid: 0, opcode: 0, operation: "connect", target: "", attributes, passage };
}

/** What the server makes of it (`ConnectResponse`): no session where the one that was asked for is over. */
export function readConnectResponse(message: Uint8Array): {
  readonly sessionId: string | undefined;
  readonly attributes: Record<string, string>;
} {
  const cursor = new ByteCursor(message, 4);
  cursor.int32();
  const timeoutMs = cursor.int32();
  const id = cursor.int64();
  skipBuffer(cursor);
  const isReadOnly = cursor.left > 0 ? cursor.uint8() === 1 : undefined;
  const sessionId = id === 0n ? undefined : formatId(id);
  const attributes = present({
    "weir.zookeeper.session_timeout": timeoutMs,
    "weir.zookeeper.session_id": sessionId,
    "weir.zookeeper.read_only": isReadOnly,
  });
  return { sessionId, attributes };
}
