import { Direction } from "@weir/model";
import { suiteParameters } from "../common/tls/suite-parameters.ts";
import { ALERT_BYTES } from "./alert.ts";
import type { Handshake } from "./handshake.ts";
import type { TlsRecord } from "./record-reader.ts";
import { Content, RECORD_HEADER_BYTES } from "./wire.ts";

/** Tag of all AEADs but CCM_8. */
const TAG_BYTES = 16;
/** Header of a handshake message, in which Finished has one hash. */
const MESSAGE_HEADER_BYTES = 4;
const HASH_BYTES = [32, 48] as const;

type Sealed = Pick<TlsRecord, "type" | "length" | "first" | "last">;

/** What a record is that cannot be read; undefined where nothing more is to be done about it. */
export type SealedKind = "alert" | "changeCipher" | undefined;

/** Notes in the handshake what a record tells that cannot be read: its type and its length are all there is. */
export function noteSealed(handshake: Handshake, direction: Direction, record: Sealed): SealedKind {
  const { type, length, first, last } = record;
  if (type === Content.alert) return "alert";
  if (handshake.isTls13) return noteSealed13(handshake, direction, record);
  if (type === Content.applicationData) {
    // Finished has passed, or was missed.
    if (!handshake.finished[direction]) handshake.finish(direction, last);
    handshake.timeline.firstData ??= last;
    return undefined;
  }
  handshake.timeline.record(direction, RECORD_HEADER_BYTES + length, first, last);
  if (type === Content.changeCipherSpec) return "changeCipher";
  if (type === Content.handshake && handshake.changed[direction]) handshake.finish(direction, last);
  return undefined;
}

/**
 * TLS 1.3 hides what a record is, but not how long: where the client's Finished is due, a record that has room for an alert only is one. Behind the
 * Finished, only what the client sends is surely application data: the server's may be session tickets.
 */
function noteSealed13(handshake: Handshake, direction: Direction, { length, first, last }: Sealed): SealedKind {
  const { timeline, serverHello } = handshake;
  const isPast = timeline.established !== undefined;
  if (isPast && direction === Direction.toServer) timeline.firstData ??= last;
  if (isPast || serverHello === undefined) return undefined;
  timeline.record(direction, RECORD_HEADER_BYTES + length, first, last);
  const tagBytes = suiteParameters(serverHello.cipher)?.tagBytes ?? TAG_BYTES;
  const textBytes = length - 1 - tagBytes;
  if (direction === Direction.toServer && textBytes === ALERT_BYTES) return "alert";
  const isFinished = HASH_BYTES.some((bytes) => textBytes === MESSAGE_HEADER_BYTES + bytes);
  const isEarly = direction === Direction.toServer && handshake.earlyData === "offered" && !isFinished;
  if (!isEarly) handshake.finish(direction, last);
  return undefined;
}

/** Bytes of application data in a record of so many bytes, for telling how many are missing; padding is not known. */
export function textBytesOf({ serverHello, isTls13 }: Handshake, length: number): number {
  const suite = serverHello && suiteParameters(serverHello.cipher);
  if (suite === undefined) return length;
  if (isTls13) return Math.max(0, length - 1 - suite.tagBytes);
  const nonceBytes = suite.cipher === "aesGcm" || suite.cipher === "aesCcm" ? 8 : 0;
  return Math.max(0, length - nonceBytes - suite.tagBytes);
}
