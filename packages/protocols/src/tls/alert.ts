import type { Mark } from "@weir/base";
import { Direction } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { alertName } from "../common/tls/names.ts";
import { statusOfAlertFrom } from "./handshake-call.ts";
import { CLOSE_NOTIFY, FATAL, USER_CANCELED } from "./wire.ts";

/** Length of an alert (RFC 8446 §6): its level and its number. */
export const ALERT_BYTES = 2;

/** An alert that could be read. */
export interface ReadAlert {
  readonly code: number;
  /** Its IANA name. */
  readonly name: string;
  /** It ends the connection. */
  readonly isFatal: boolean;
}

/** Reads an alert; undefined where it is sealed. In TLS 1.3 its level says nothing: all but two are fatal (RFC 8446 §6). */
export function readAlert(text: Uint8Array, isTls13: boolean): ReadAlert | undefined {
  const [level, code] = text;
  if (text.length !== ALERT_BYTES || level === undefined || code === undefined || level > FATAL) return undefined;
  const isFatal = level === FATAL || (isTls13 && code !== CLOSE_NOTIFY && code !== USER_CANCELED);
  return { code, name: alertName(code), isFatal: isFatal && code !== CLOSE_NOTIFY };
}

/** The call of an alert that ends a connection behind its handshake: nobody answers it. */
export function alertCall(about: {
  readonly direction: Direction;
  readonly alert: ReadAlert;
  readonly target: string;
  readonly first: Mark;
  readonly last: Mark;
}): CallDraft {
  const { direction, alert, target, first, last } = about;
  const from = direction === Direction.toServer ? "client" : "server";
  return {
    operation: "alert",
    target,
    status: statusOfAlertFrom(direction),
    statusCode: alert.name,
    requestFirst: first,
    requestLast: last,
    requestBytes: ALERT_BYTES,
    responseBytes: 0,
    attributes: {
      "weir.tls.alert": alert.name,
      "weir.tls.alert_level": "fatal",
      "weir.tls.alert_from": from,
      "weir.call.initiator": from,
    },
    gradeReasons: [],
  };
}
