import { formatIpv4, toHex } from "@weir/base";
import { BerReader, headerAt } from "../common/ber.ts";
import { Pdu, pduName } from "./names.ts";
import { formatOid, readVariables, type Variables } from "./variables.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OBJECT_IDENTIFIER = 0x06;
const OCTET_STRING = 0x04;
/** Versions as messages number them (RFC 1157, RFC 1901, RFC 3412). */
const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0, "1"],
  [1, "2c"],
  [3, "3"],
]);
const VERSION_3 = 3;
/** Flags of version 3 (RFC 3412 §6.4). */
const Flag = { authenticated: 1, encrypted: 2, reportable: 4 } as const;
const MAX_TEXT = 255;

/** A message; who may ask (community, user) is passed over. */
export interface SnmpMessage {
  readonly version: string;
  /** What pairs: the request id, in version 3 the message id. */
  readonly id: number;
  /** Tag of the protocol data unit; undefined where it is encrypted. */
  readonly pdu: number | undefined;
  readonly isRequest: boolean;
  /** Nobody answers it. */
  readonly isTrap: boolean;
  /** Undefined where there is none: in traps, in what is encrypted, in bulk requests. */
  readonly errorStatus: number | undefined;
  readonly errorIndex: number | undefined;
  readonly variables: Variables | undefined;
  /** Of a bulk request: variables that are asked for once, and how often the others. */
  readonly nonRepeaters: number | undefined;
  readonly maxRepetitions: number | undefined;
  /** Of version 3. */
  readonly securityLevel: string | undefined;
  readonly engineId: string | undefined;
  readonly contextName: string | undefined;
  /** Of a trap of version 1: what it is of, and the kind. */
  readonly trap: { readonly enterprise: string; readonly agentAddress: string; readonly kind: string } | undefined;
}

/** Whether a datagram is a message, of which the snap length may have cut the end: version, who asks, and what exists. */
export function isSnmp(bytes: Uint8Array): boolean {
  if (bytes[0] !== SEQUENCE) return false;
  const header = headerAt(bytes, 0);
  if (header === undefined || header === "needMore" || header.contentAt + header.length < bytes.length) return false;
  return parseSnmp(bytes) !== undefined;
}

/** Reads a message; undefined where it is none. */
export function parseSnmp(bytes: Uint8Array): SnmpMessage | undefined {
  const outer = new BerReader(bytes);
  if (!outer.nextIs(SEQUENCE)) return undefined;
  const message = outer.inside;
  if (!message.nextIs(INTEGER) || message.contentEnd - message.contentAt !== 1) return undefined;
  const version = VERSIONS.get(message.number);
  if (version === undefined) return undefined;
  if (message.number === VERSION_3) return parseVersion3(message);
  // The community is a password: it is passed over.
  if (!message.nextIs(OCTET_STRING) || !message.next()) return undefined;
  return parsePdu(message, { ...NOTHING, version });
}

const NOTHING = {
  pdu: undefined,
  isRequest: false,
  isTrap: false,
  errorStatus: undefined,
  errorIndex: undefined,
  variables: undefined,
  nonRepeaters: undefined,
  maxRepetitions: undefined,
  securityLevel: undefined,
  engineId: undefined,
  contextName: undefined,
  trap: undefined,
} as const;

/** Header (id, size, flags, model), security parameters, then a scoped unit or its encryption (RFC 3412 §6). */
function parseVersion3(message: BerReader): SnmpMessage | undefined {
  if (!message.nextIs(SEQUENCE)) return undefined;
  const header = message.inside;
  if (!header.nextIs(INTEGER)) return undefined;
  const id = header.number;
  if (!header.nextIs(INTEGER) || !header.nextIs(OCTET_STRING)) return undefined;
  const flags = header.number;
  if (!header.nextIs(INTEGER)) return undefined;
  if (!message.nextIs(OCTET_STRING)) return undefined;
  const known = { ...NOTHING, version: "3", securityLevel: levelOf(flags), engineId: engineIdOf(message) };
  if (!message.next()) return undefined;
  // Who is asked may report that it cannot: only then does a message say that it asks.
  if (message.tag === OCTET_STRING) return { ...known, id, isRequest: (flags & Flag.reportable) !== 0 };
  if (message.tag !== SEQUENCE) return undefined;
  const scoped = message.inside;
  if (!scoped.nextIs(OCTET_STRING)) return undefined;
  if (!scoped.nextIs(OCTET_STRING)) return undefined;
  const contextName = scoped.text.slice(0, MAX_TEXT);
  if (!scoped.next()) return undefined;
  const message3 = parsePdu(scoped, { ...known, contextName: contextName === "" ? undefined : contextName });
  return message3 === undefined ? undefined : { ...message3, id };
}

type Known = Omit<SnmpMessage, "id">;

/** Request id, two numbers, variables; a trap of version 1 is of its own kind. */
function parsePdu(unit: BerReader, known: Known): SnmpMessage | undefined {
  const pdu = unit.tag;
  if (pduName(pdu) === undefined) return undefined;
  const content = unit.inside;
  if (pdu === Pdu.trapV1) return parseTrap(content, { ...known, pdu });
  if (!content.nextIs(INTEGER) || content.contentEnd - content.contentAt > 5) return undefined;
  const id = content.number;
  const first = content.nextIs(INTEGER) ? content.number : undefined;
  const second = content.nextIs(INTEGER) ? content.number : undefined;
  const variables = content.nextIs(SEQUENCE) ? readVariables(content.inside) : undefined;
  const isAnswer = pdu === Pdu.response || pdu === Pdu.report;
  const isBulk = pdu === Pdu.getBulk;
  return {
    ...known,
    pdu,
    id,
    isRequest: !isAnswer,
    isTrap: pdu === Pdu.trapV2,
    errorStatus: isAnswer ? first : undefined,
    errorIndex: isAnswer && second !== 0 ? second : undefined,
    nonRepeaters: isBulk ? first : undefined,
    maxRepetitions: isBulk ? second : undefined,
    variables,
  };
}

/** Kinds of traps of version 1 (RFC 1157 §4.1.6). */
const GENERIC = [
  "coldStart",
  "warmStart",
  "linkDown",
  "linkUp",
  "authenticationFailure",
  "egpNeighborLoss",
  "enterpriseSpecific",
] as const;
const ENTERPRISE_SPECIFIC = 6;

/** Enterprise, the agent's address, two numbers for the kind, its uptime, variables. */
function parseTrap(content: BerReader, known: Known): SnmpMessage | undefined {
  if (!content.nextIs(OBJECT_IDENTIFIER)) return undefined;
  const enterprise = formatOid(content);
  if (!content.next() || content.contentEnd - content.contentAt !== 4) return undefined;
  const agentAddress = formatIpv4(content.bytes, content.contentAt);
  const generic = content.next() ? content.number : ENTERPRISE_SPECIFIC;
  const specific = content.next() ? content.number : 0;
  const kind = generic === ENTERPRISE_SPECIFIC ? String(specific) : (GENERIC[generic] ?? String(generic));
  content.next();
  const variables = content.nextIs(SEQUENCE) ? readVariables(content.inside) : undefined;
  return { ...known, id: 0, isRequest: true, isTrap: true, trap: { enterprise, agentAddress, kind }, variables };
}

/** The engine is the first of the user-based model's parameters (RFC 3414 §2.4). */
function engineIdOf(parameters: BerReader): string | undefined {
  const sequence = parameters.inside;
  if (!sequence.nextIs(SEQUENCE)) return undefined;
  const engine = sequence.inside;
  if (!engine.nextIs(OCTET_STRING) || engine.contentEnd <= engine.contentAt) return undefined;
  return toHex(engine.bytes.subarray(engine.contentAt, Math.min(engine.contentEnd, engine.contentAt + 32)));
}

function levelOf(flags: number): string {
  if ((flags & Flag.encrypted) !== 0) return "authPriv";
  return (flags & Flag.authenticated) !== 0 ? "authNoPriv" : "noAuthNoPriv";
}
