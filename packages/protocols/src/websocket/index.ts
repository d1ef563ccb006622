import type { Dissector } from "../contract.ts";
import { BODY_BYTES } from "./call.ts";
import { KEPT_BYTES } from "./frame.ts";
import { websocketRecord } from "./record.ts";
import { MAX_PENDING, WebSocketSession } from "./session.ts";

/** WebSocket, behind the upgrade of an HTTP connection. Its frames alone have no mark by which they could be told. */
export const websocket: Dissector<(typeof websocketRecord)["id"]> = {
  id: websocketRecord.id,
  transports: ["tcp"],
  isHandedOver: true,
  ports: [],
  specs: ["RFC 6455", "RFC 7692"],
  // Of each direction: the frame under way and the message that it belongs to.
  limits: { pendingCalls: 2 * MAX_PENDING, bufferedBytes: 4 * KEPT_BYTES, bodyBytes: BODY_BYTES },
  probe: () => "noMatch",
  asks: () => undefined,
  open: (context) => new WebSocketSession(context),
};
