import { decodeUtf8 } from "@weir/base";
import { ByteCursor } from "../common/byte-cursor.ts";

/** Longest identification with its line end (RFC 4253 §4.2), and longest packet that all must take (§6.1). */
export const MAX_IDENTIFICATION_BYTES = 255;
export const MAX_PACKET_BYTES = 35_000;
/** Length and padding length stand in front of the message. */
export const MESSAGE_AT = 5;
/** A packet is at least this long behind its length: padding length, a message number, four bytes of padding. */
const MIN_PACKET_BYTES = 6;
const COOKIE_BYTES = 16;
const MAX_TEXT = 255;

/** How a side identifies itself: `SSH-2.0-OpenSSH_9.2p1 Debian-2`. */
export interface Identification {
  readonly protocolVersion: string;
  readonly software: string;
}

/** What a side is ready to use, in the order in which it likes to (RFC 4253 §7.1). */
export interface KexInit {
  readonly kex: readonly string[];
  readonly hostKey: readonly string[];
  readonly cipherToServer: readonly string[];
  readonly cipherToClient: readonly string[];
  readonly macToServer: readonly string[];
  readonly macToClient: readonly string[];
  readonly compressionToServer: readonly string[];
  readonly compressionToClient: readonly string[];
}

/** Reads a line; undefined where it is none of these: servers may say other things before. */
export function parseIdentification(line: string): Identification | undefined {
  const [, protocolVersion, software] = /^SSH-([12]\.\d{1,2})-([^\r\n]*)/.exec(line) ?? [];
  return protocolVersion === undefined || software === undefined ? undefined : { protocolVersion, software };
}

/** True of a side that speaks the old protocol only, of which nothing is read; 1.99 speaks both (RFC 4253 §5.1). */
export function isVersion1({ protocolVersion }: Identification): boolean {
  return protocolVersion.startsWith("1.") && protocolVersion !== "1.99";
}

/** Length of the packet that begins here, as long as nothing is encrypted; undefined where none does. */
export function packetBytes(bytes: Uint8Array): number | undefined {
  const cursor = new ByteCursor(bytes);
  const length = cursor.uint32();
  const padding = cursor.uint8();
  if (length < MIN_PACKET_BYTES || length > MAX_PACKET_BYTES || padding < 4 || padding + 1 >= length) return undefined;
  return 4 + length;
}

/** The message in a packet, its number in front. */
export function messageIn(packet: Uint8Array): Uint8Array {
  return packet.subarray(MESSAGE_AT, packet.length - (packet[4] ?? 0));
}

/** Reads a KEXINIT; undefined where its lists do not fit. */
export function parseKexInit(message: Uint8Array): KexInit | undefined {
  const cursor = new ByteCursor(message, 1);
  cursor.take(COOKIE_BYTES);
  const list = () => {
    const text = cursor.text(cursor.uint32());
    return text === "" ? [] : text.split(",");
  };
  const init = {
    kex: list(),
    hostKey: list(),
    cipherToServer: list(),
    cipherToClient: list(),
    macToServer: list(),
    macToClient: list(),
    compressionToServer: list(),
    compressionToClient: list(),
  };
  return cursor.hasFailed ? undefined : init;
}

/** Why a side disconnects, in a number and in its words (§11.1). */
export function parseDisconnect(message: Uint8Array): { readonly reason: number; readonly text: string } {
  const cursor = new ByteCursor(message, 1);
  const reason = cursor.uint32();
  return { reason, text: decodeUtf8(cursor.take(cursor.uint32())).slice(0, MAX_TEXT) };
}

/** The host key that a server proves to have: the first string of its last message of the method (RFC 4253 §8, RFC 4419, RFC 5656). */
export function hostKeyIn(message: Uint8Array): Uint8Array | undefined {
  const cursor = new ByteCursor(message, 1);
  const key = cursor.take(cursor.uint32());
  return cursor.hasFailed || key.length === 0 ? undefined : key;
}
