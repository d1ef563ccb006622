import { type Mark, toHex } from "@weir/base";
import type { CallDraft } from "../call-draft.ts";
import { closeName } from "./error-names.ts";
import type { ConnectionClose } from "./frames.ts";
import type { Handshake } from "./handshake.ts";

/** The call of a connection that was closed with an error after its handshake. Who closes it complains of the other side's doing. */
export function closeCall(
  close: ConnectionClose,
  byClient: boolean,
  { serverName, connectionId }: Handshake,
  mark: Mark,
): CallDraft {
  const by = byClient ? "client" : "server";
  return {
    operation: "CONNECTION_CLOSE",
    target: serverName,
    status: byClient ? "serverError" : "clientError",
    statusCode: closeName(close),
    requestFirst: mark,
    requestLast: mark,
    requestBytes: 0,
    responseBytes: 0,
    attributes: {
      "weir.quic.connection_id": toHex(connectionId),
      "weir.quic.error": closeName(close),
      "weir.quic.error_code": String(close.code),
      "weir.quic.closed_by": by,
      "weir.call.initiator": by,
    },
    gradeReasons: [],
  };
}
