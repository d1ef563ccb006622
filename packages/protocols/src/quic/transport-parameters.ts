import { ByteReader } from "../common/tls/byte-reader.ts";
import { forEachExtension } from "../common/tls/extensions.ts";
import { readVarint } from "./wire.ts";

/** TLS extension that carries them (RFC 9001 §8.2), and the number that it had up to draft 33. */
const EXTENSION = 0x39;
const DRAFT_EXTENSION = 0xffa5;
const RANDOM_BYTES = 32;
const MAX_PARAMETERS = 64;

/** Those that are whole numbers (RFC 9000 §18.2, RFC 9221), with the names that their calls' attributes have. */
const NUMBERS: Readonly<Record<number, string>> = {
  1: "max_idle_timeout",
  3: "max_udp_payload_size",
  4: "initial_max_data",
  5: "initial_max_stream_data_bidi_local",
  6: "initial_max_stream_data_bidi_remote",
  7: "initial_max_stream_data_uni",
  8: "initial_max_streams_bidi",
  9: "initial_max_streams_uni",
  10: "ack_delay_exponent",
  11: "max_ack_delay",
  14: "active_connection_id_limit",
  32: "max_datagram_frame_size",
};
const DISABLE_ACTIVE_MIGRATION = 12;

/** Transport parameters by their names in RFC 9000 §18.2; those without a value have the value 1. */
export type TransportParameters = ReadonlyMap<string, number>;

/** Transport parameters of a ClientHello, by its body; empty where there are none. */
export function clientParameters(hello: Uint8Array): TransportParameters {
  const reader = new ByteReader(hello);
  reader.take(2 + RANDOM_BYTES);
  reader.vector(1);
  reader.vector(2);
  reader.vector(1);
  return parametersIn(reader.vector(2));
}

/** Transport parameters of EncryptedExtensions, by its body. */
export function serverParameters(encryptedExtensions: Uint8Array): TransportParameters {
  return parametersIn(new ByteReader(encryptedExtensions).vector(2));
}

function parametersIn(extensions: Uint8Array): TransportParameters {
  const found = new Map<string, number>();
  forEachExtension(extensions, (type, body) => {
    if (type === EXTENSION || type === DRAFT_EXTENSION) readParameters(body, found);
  });
  return found;
}

function readParameters(body: Uint8Array, found: Map<string, number>): void {
  let at = 0;
  for (let count = 0; at < body.length && count < MAX_PARAMETERS; count += 1) {
    const id = readVarint(body, at);
    const length = id && readVarint(body, id.end);
    if (id === undefined || length === undefined || length.end + length.value > body.length) return;
    at = length.end + length.value;
    const name = NUMBERS[id.value];
    if (name !== undefined) found.set(name, readVarint(body, length.end)?.value ?? 0);
    else if (id.value === DISABLE_ACTIVE_MIGRATION) found.set("disable_active_migration", 1);
  }
}
