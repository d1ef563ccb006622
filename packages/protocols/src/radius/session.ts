import type { Mark } from "@weir/base";
import type { CallStatus, Direction, EndReason, GradeReason } from "@weir/model";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { AttributeType, acctStatusOf, addressOf, CODES, parsePacket, type RadiusPacket, textOf } from "./wire.ts";

/** Requests that wait for their response at most: identifiers have one byte. */
export const MAX_PENDING = 512;
const MAX_TEXT = 256;

/** A packet with when it passed. */
interface Seen {
  readonly packet: RadiusPacket;
  readonly first: Mark;
  readonly bytes: number;
  attempts: number;
  readonly attributes: Record<string, string>;
}

/** One RADIUS conversation: requests and responses have the same identifier (RFC 2865 §3). Servers ask too (RFC 5176). */
export class RadiusSession implements Session {
  readonly #context: SessionContext;
  readonly #pending = new Map<string, Seen>();

  constructor(context: SessionContext) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const packet = parsePacket(bytes);
    if (packet === undefined) {
      this.#context.violation({ code: "notRadius", direction, mark });
      return true;
    }
    if (!packet.isWhole) this.#context.violation({ code: "badAttributes", direction, mark });
    const seen = { packet, first: mark, bytes: bytes.length, attempts: 1, attributes: attributesOf(packet) };
    if (CODES.get(packet.code)?.isRequest === true) this.#request(seen, direction);
    else this.#response(seen, direction);
    return true;
  }

  gap(): boolean {
    return true;
  }

  end(): void {
    // Datagrams have no end.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const asked of this.#pending.values()) this.#emit(asked, undefined, status, gradeReasons);
    this.#pending.clear();
  }

  #request(seen: Seen, direction: Direction): void {
    const key = `${direction} ${seen.packet.id}`;
    const known = this.#pending.get(key);
    if (known !== undefined && known.packet.code === seen.packet.code && known.bytes === seen.bytes) {
      known.attempts += 1;
      return;
    }
    if (known !== undefined) this.#emit(known, undefined, "timeout", []);
    this.#pending.delete(key);
    this.#pending.set(key, seen);
    const [oldest] = this.#pending;
    if (this.#pending.size <= MAX_PENDING || oldest === undefined) return;
    this.#pending.delete(oldest[0]);
    this.#emit(oldest[1], undefined, "unknown", ["limitReached"]);
  }

  #response(seen: Seen, direction: Direction): void {
    const key = `${1 - direction} ${seen.packet.id}`;
    const asked = this.#pending.get(key);
    this.#pending.delete(key);
    this.#emit(asked, seen, statusOf(seen.packet.code), []);
  }

  #emit(asked: Seen | undefined, answer: Seen | undefined, status: CallStatus, reasons: readonly GradeReason[]): void {
    const known = asked ?? answer;
    if (known === undefined) return;
    const noRequest: readonly GradeReason[] = asked === undefined ? ["midStreamStart"] : [];
    this.#context.emit({
      operation: asked === undefined ? "unknown" : nameOf(asked.packet),
      target: asked?.attributes["weir.radius.realm"] ?? "",
      status,
      statusCode: answer === undefined ? "" : nameOf(answer.packet),
      requestFirst: known.first,
      requestLast: known.first,
      responseFirst: answer?.first,
      responseLast: answer?.first,
      requestBytes: asked?.bytes ?? 0,
      responseBytes: answer?.bytes ?? 0,
      attributes: {
        ...answer?.attributes,
        ...asked?.attributes,
        ...(asked !== undefined && { "weir.radius.attempts": String(asked.attempts) }),
      },
      gradeReasons: [...noRequest, ...reasons],
    });
  }
}

function nameOf({ code }: RadiusPacket): string {
  return CODES.get(code)?.name ?? String(code);
}

/** A reject is the user's; a refused disconnect or change is the access server's. */
function statusOf(code: number): CallStatus {
  if (code === 3) return "clientError";
  return code === 42 || code === 45 ? "serverError" : "ok";
}

function attributesOf({ id, attributes }: RadiusPacket): Record<string, string> {
  const realm = textOf(attributes.get(AttributeType.userName))?.replace(/^[^@\\/]*([@\\/])/, "***$1");
  const all: Record<string, string | undefined> = {
    "weir.radius.id": String(id),
    // A name without a realm is the user alone.
    "weir.radius.realm": realm === undefined || realm.startsWith("***") ? realm : "***",
    "weir.radius.nas_address": addressOf(attributes.get(AttributeType.nasIpAddress)),
    "weir.radius.nas_identifier": textOf(attributes.get(AttributeType.nasIdentifier)),
    "weir.radius.called_station_id": textOf(attributes.get(AttributeType.calledStationId)),
    "weir.radius.acct_status_type": acctStatusOf(attributes.get(AttributeType.acctStatusType)),
    "weir.radius.acct_session_id": textOf(attributes.get(AttributeType.acctSessionId)),
    "weir.radius.reply_message": textOf(attributes.get(AttributeType.replyMessage)),
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = value.slice(0, MAX_TEXT);
  return present;
}
