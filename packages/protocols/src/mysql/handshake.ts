import { HEADER_BYTES, PayloadReader } from "./wire.ts";

/** Capabilities that change what follows (MySQL source documentation, "Capabilities Flags"). */
export const Capability = {
  connectWithDb: 0x8,
  compress: 0x20,
  localFiles: 0x80,
  protocol41: 0x200,
  ssl: 0x800,
  secureConnection: 0x8000,
  pluginAuth: 0x8_0000,
  pluginAuthLengthEncoded: 0x20_0000,
  deprecateEof: 0x100_0000,
  optionalMetadata: 0x200_0000,
  zstd: 0x400_0000,
  queryAttributes: 0x800_0000,
} as const;

/** True where the client will use what a capability stands for. */
export function has(capabilities: number, capability: number): boolean {
  return Math.floor(capabilities / capability) % 2 === 1;
}

/** What a server says first. */
export interface Greeting {
  readonly version: string;
  readonly connectionId: number;
  readonly capabilities: number;
  readonly plugin: string;
}

const PROTOCOL_10 = 10;
const MAX_VERSION_CHARS = 100;

/** Reads Protocol::HandshakeV10; undefined where it is none. */
export function parseGreeting(bytes: Uint8Array): Greeting | undefined {
  const reader = new PayloadReader(bytes, HEADER_BYTES);
  if (reader.int(1) !== PROTOCOL_10) return undefined;
  const version = reader.zeroEndedText();
  const connectionId = reader.int(4);
  reader.take(9);
  const low = reader.int(2);
  if (reader.failed || version.length > MAX_VERSION_CHARS || !/^\d+\.[\x20-\x7e]+$/.test(version)) return undefined;
  reader.take(3);
  const high = reader.int(2);
  const scrambleBytes = reader.int(1);
  reader.take(10 + Math.max(13, scrambleBytes - 8));
  const plugin = reader.failed ? "" : reader.zeroEndedText();
  return { version, connectionId, capabilities: low + high * 0x1_0000, plugin };
}

/** What a client answers: who it is, and what both sides will use. Never what it proves itself with. */
export interface Login {
  readonly capabilities: number;
  readonly user: string;
  readonly schema: string;
  readonly plugin: string;
  /** `program_name` of the connection attributes. */
  readonly program: string;
}

/** Length of a Protocol::SSLRequest: the beginning of a HandshakeResponse41. */
const SSL_REQUEST_BYTES = 32;
const RESERVED_BYTES = 19;
const MARIADB_CAPABILITY_BYTES = 4;
const MAX_ATTRIBUTES = 64;

/** True for a client that wants TLS from here on. */
export function isSslRequest(bytes: Uint8Array): boolean {
  return bytes.length === HEADER_BYTES + SSL_REQUEST_BYTES && has(capabilitiesOf(bytes), Capability.ssl);
}

/** Reads Protocol::HandshakeResponse41 or, of old clients, 320; undefined where it is cut. */
export function parseLogin(bytes: Uint8Array): Login | undefined {
  const capabilities = capabilitiesOf(bytes);
  if (!has(capabilities, Capability.protocol41)) return parseOldLogin(bytes);
  const reader = new PayloadReader(bytes, HEADER_BYTES + 9);
  reader.take(RESERVED_BYTES + MARIADB_CAPABILITY_BYTES);
  const user = reader.zeroEndedText();
  skipProof(reader, capabilities);
  const schema = has(capabilities, Capability.connectWithDb) ? reader.zeroEndedText() : "";
  const plugin = has(capabilities, Capability.pluginAuth) ? reader.zeroEndedText() : "";
  const program = reader.failed ? "" : programName(reader);
  return { capabilities, user, schema, plugin, program };
}

function capabilitiesOf(bytes: Uint8Array): number {
  return new PayloadReader(bytes, HEADER_BYTES).int(4);
}

function skipProof(reader: PayloadReader, capabilities: number): void {
  if (has(capabilities, Capability.pluginAuthLengthEncoded)) reader.take(reader.lengthEncoded() ?? 0);
  else if (has(capabilities, Capability.secureConnection)) reader.take(reader.int(1));
  else reader.zeroEndedText();
}

function programName(reader: PayloadReader): string {
  if (reader.left === 0) return "";
  reader.lengthEncoded();
  for (let count = 0; count < MAX_ATTRIBUTES && reader.left > 0 && !reader.failed; count += 1) {
    const name = reader.lengthEncodedText();
    const value = reader.lengthEncodedText();
    if (name === "program_name") return reader.failed ? "" : value;
  }
  return "";
}

function parseOldLogin(bytes: Uint8Array): Login | undefined {
  const reader = new PayloadReader(bytes, HEADER_BYTES);
  const capabilities = reader.int(2);
  reader.take(3);
  const user = reader.zeroEndedText();
  if (reader.failed) return undefined;
  let schema = "";
  if (has(capabilities, Capability.connectWithDb)) {
    reader.zeroEndedText();
    schema = reader.zeroEndedText();
  }
  return { capabilities, user, schema, plugin: "", program: "" };
}

/** User, schema and plugin of a COM_CHANGE_USER. */
export function parseChangeUser(bytes: Uint8Array): Pick<Login, "user" | "schema"> {
  const reader = new PayloadReader(bytes, HEADER_BYTES + 1);
  const user = reader.zeroEndedText();
  reader.take(reader.int(1));
  return { user, schema: reader.zeroEndedText() };
}
