import { decodeLatin1, type Mark, toHex } from "@weir/base";
import type { EndReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { unanswered } from "../common/unanswered.ts";
import { LONG, sameBytes } from "./wire.ts";

/** Bits of the first byte of Google's own header, up to version Q043. */
const Public = { version: 0x01, reset: 0x02, connectionId: 0x08, unused: 0xc0 } as const;
const ID_BYTES = 8;
const VERSION_BYTES = 4;
/** A hello begins within so many bytes of its packet: behind a packet number, a hash and a frame's head. */
const MAX_HELLO_AT = 64;
const HELLO = [0x43, 0x48, 0x4c, 0x4f];
const TAG_BYTES = 8;
const MAX_TAGS = 64;

/** What a client's hello (CHLO) says in Google's own handshake. */
export interface GoogleHello {
  readonly serverName: string | undefined;
  readonly userAgent: string | undefined;
}

/** The beginning of a connection of Google QUIC. */
interface GoogleStart {
  readonly version: string;
  readonly connectionId: Uint8Array;
  readonly hello: GoogleHello;
}

/** Reads a client's first datagram of versions Q024 to Q046: a version, a connection id and a hello in the clear; undefined where it is none. */
export function readGoogleStart(bytes: Uint8Array): GoogleStart | undefined {
  const first = bytes[0] ?? 0;
  const isLong = (first & LONG) !== 0;
  const needed = Public.version | Public.connectionId;
  if (!isLong && (first & (needed | Public.reset | Public.unused)) !== needed) return undefined;
  const versionAt = isLong ? 1 : 1 + ID_BYTES;
  if (bytes[versionAt] !== 0x51 || bytes[versionAt + 1] !== 0x30) return undefined;
  const idAt = isLong ? 2 + VERSION_BYTES : 1;
  const hello = readGoogleHello(bytes.subarray(idAt + ID_BYTES));
  if (hello === undefined) return undefined;
  return {
    version: decodeLatin1(bytes, versionAt, versionAt + VERSION_BYTES),
    connectionId: bytes.slice(idAt, idAt + ID_BYTES),
    hello,
  };
}

/** Reads the hello that stands near the beginning of `bytes`: tags with the offsets at which their values end, in little-endian. */
export function readGoogleHello(bytes: Uint8Array): GoogleHello | undefined {
  let at = 0;
  while (at < MAX_HELLO_AT && !HELLO.every((byte, index) => bytes[at + index] === byte)) at += 1;
  if (at === MAX_HELLO_AT || at + 8 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tagsAt = at + 8;
  const count = Math.min(view.getUint16(at + 4, true), MAX_TAGS);
  const valuesAt = tagsAt + count * TAG_BYTES;
  const values = new Map<string, string>();
  let from = valuesAt;
  for (let tagAt = tagsAt; tagAt < valuesAt && tagAt + TAG_BYTES <= bytes.length; tagAt += TAG_BYTES) {
    const to = valuesAt + view.getUint32(tagAt + 4, true);
    if (to > bytes.length || to < from) break;
    values.set(decodeLatin1(bytes, tagAt, tagAt + 4), decodeLatin1(bytes, from, to));
    from = to;
  }
  return { serverName: values.get("SNI\0"), userAgent: values.get("UAID") };
}

/** A handshake of Google's own: the hello, and whether anybody answers. */
export class GoogleHandshake {
  readonly #start: GoogleStart;
  readonly #first: Mark;
  readonly #bytes: number;
  #isAnswered = false;

  constructor(start: GoogleStart, bytes: number, mark: Mark) {
    this.#start = start;
    this.#first = mark;
    this.#bytes = bytes;
  }

  /** The server's first datagram. Returns the call, once. */
  answered(bytes: Uint8Array, mark: Mark): CallDraft | undefined {
    if (this.#isAnswered) return undefined;
    this.#isAnswered = true;
    const first = bytes[0] ?? 0;
    const isReset = (first & (LONG | Public.reset)) === Public.reset;
    const isOurs = sameBytes(bytes.subarray(1, 1 + ID_BYTES), this.#start.connectionId);
    const outcome = { status: isReset && isOurs ? "aborted" : "ok", gradeReasons: [] } as const;
    return this.#call(outcome, isReset && isOurs ? "PUBLIC_RESET" : "", bytes.length, mark);
  }

  /** The call of a hello that nobody answered. */
  callAt(reason: EndReason): CallDraft | undefined {
    return this.#isAnswered ? undefined : this.#call(unanswered(reason), "", 0, undefined);
  }

  #call(
    outcome: Pick<CallDraft, "status" | "gradeReasons">,
    statusCode: string,
    responseBytes: number,
    answer: Mark | undefined,
  ): CallDraft {
    const { version, connectionId, hello } = this.#start;
    return {
      operation: "handshake",
      target: hello.serverName ?? "",
      ...outcome,
      statusCode,
      requestFirst: this.#first,
      requestLast: this.#first,
      responseFirst: answer,
      responseLast: answer,
      requestBytes: this.#bytes,
      responseBytes,
      attributes: {
        "weir.quic.version": version,
        "weir.quic.connection_id": toHex(connectionId),
        ...googleAttributes(hello),
      },
    };
  }
}

/** What a hello says, as attributes. */
export function googleAttributes({ serverName, userAgent }: GoogleHello): Record<string, string> {
  return {
    ...(serverName !== undefined && { "tls.client.server_name": serverName }),
    ...(userAgent !== undefined && { "user_agent.original": userAgent }),
  };
}
