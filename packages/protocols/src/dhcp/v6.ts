import { formatIpv6, toHex } from "@weir/base";
import { present } from "../common/passage.ts";
import type { DhcpMessage } from "./message.ts";
import { type Options, optionOf, optionsOfV6 } from "./options.ts";
import { bindingsOf } from "./v6-bindings.ts";
import { refusalOf, statusIn } from "./v6-status.ts";

/** Header of a message between client and server, and of one between relays (RFC 8415 §8, §9). */
const HEADER_BYTES = 4;
const RELAY_HEADER_BYTES = 34;
const LINK_ADDRESS_AT = 2;
/** Relays behind one another (HOP_COUNT_LIMIT, §7.6), and how many are looked through. */
const MAX_HOPS = 32;
const MAX_DEPTH = 8;
/** Longest DUID (§11.1). */
const MAX_DUID_BYTES = 130;
const DUID_TYPES = 4;
/** No option has a greater number yet (IANA "DHCPv6 Option Codes"). */
const MAX_OPTION = 200;

/** Options that are read. */
const Code = { clientId: 1, serverId: 2, optionRequest: 6, elapsedTime: 8, relayed: 9, nameServers: 23 } as const;

type Kind = Pick<DhcpMessage, "type" | "role" | "answers"> & { readonly isFromServer?: true };
const asks = (type: string): Kind => ({ type, role: "asks", answers: [] });
const answers = (type: string, ...types: readonly string[]): Kind => ({ type, role: "answers", answers: types });

/** Message types (§7.3, RFC 5007). */
const KINDS: ReadonlyMap<number, Kind> = new Map([
  [1, asks("SOLICIT")],
  [2, answers("ADVERTISE", "SOLICIT")],
  [3, asks("REQUEST")],
  [4, asks("CONFIRM")],
  [5, asks("RENEW")],
  [6, asks("REBIND")],
  [
    7,
    answers("REPLY", "REQUEST", "RENEW", "REBIND", "CONFIRM", "RELEASE", "DECLINE", "INFORMATION-REQUEST", "SOLICIT"),
  ],
  [8, asks("RELEASE")],
  [9, asks("DECLINE")],
  [10, { type: "RECONFIGURE", role: "tells", answers: [], isFromServer: true }],
  [11, asks("INFORMATION-REQUEST")],
  [14, asks("LEASEQUERY")],
  [15, answers("LEASEQUERY-REPLY", "LEASEQUERY")],
]);
const INFORMATION_REQUEST = 11;
const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;

/** Whether a datagram is a message of DHCPv6: options that fill it exactly, and who it is from. */
export function isV6(bytes: Uint8Array, depth = 0): boolean {
  const type = bytes[0] ?? 0;
  if (type < 1 || type > 15 || bytes.length < HEADER_BYTES + 4) return false;
  if (isRelay(type)) {
    if ((bytes[1] ?? 0) > MAX_HOPS || depth >= MAX_DEPTH) return false;
    const inner = relayedIn(bytes);
    return inner !== undefined && isV6(inner, depth + 1);
  }
  const options = optionsOfV6(bytes.subarray(HEADER_BYTES));
  if (!options.isWhole || options.found.some(({ code }) => code === 0 || code > MAX_OPTION)) return false;
  if (isDuid(optionOf(options, Code.clientId)) || isDuid(optionOf(options, Code.serverId))) return true;
  // Who only wants to know something need not say who it is.
  const elapsed = optionOf(options, Code.elapsedTime);
  return type === INFORMATION_REQUEST && elapsed?.length === 2 && optionOf(options, Code.optionRequest) !== undefined;
}

/** True where a message of version 6 is sent by a client, or for it. */
export function asksV6(bytes: Uint8Array): boolean {
  const type = bytes[0] ?? 0;
  return type === RELAY_FORWARD || KINDS.get(type)?.role === "asks";
}

/** Reads a message; undefined where it is none. */
export function parseV6(bytes: Uint8Array, depth = 0): DhcpMessage | undefined {
  const type = bytes[0] ?? 0;
  if (isRelay(type)) {
    const inner = depth < MAX_DEPTH ? relayedIn(bytes) : undefined;
    const message = inner === undefined ? undefined : parseV6(inner, depth + 1);
    const relay = { "weir.dhcp.relay_address": formatIpv6(bytes, LINK_ADDRESS_AT) };
    return message === undefined ? undefined : { ...message, attributes: { ...message.attributes, ...relay } };
  }
  const kind = KINDS.get(type);
  if (kind === undefined || bytes.length < HEADER_BYTES) return undefined;
  return messageOf(kind, toHex(bytes.subarray(1, HEADER_BYTES)), optionsOfV6(bytes.subarray(HEADER_BYTES)));
}

function messageOf(kind: Kind, transactionId: string, options: Options): DhcpMessage {
  const client = duidOf(options, Code.clientId);
  const bindings = bindingsOf(options);
  const status = statusIn(options) ?? bindings.status;
  const isAnswer = kind.role === "answers";
  return {
    ...kind,
    isFromServer: kind.isFromServer === true,
    version: 6,
    exchange: `${transactionId} ${client ?? ""}`,
    refusal: isAnswer && status !== undefined ? refusalOf(status.code) : undefined,
    address: bindings.addresses[0] ?? "",
    attributes: present({
      "weir.dhcp.version": 6,
      "weir.dhcp.transaction_id": transactionId,
      "weir.dhcp.client_id": client,
      "weir.dhcp.server_id": duidOf(options, Code.serverId),
      [isAnswer ? "weir.dhcp.assigned_address" : "weir.dhcp.requested_address"]:
        bindings.addresses.length === 0 ? undefined : bindings.addresses.join(","),
      "weir.dhcp.lease_seconds": isAnswer ? bindings.validSeconds : undefined,
      "weir.dhcp.message": status === undefined || status.text === "" ? undefined : status.text,
      "weir.dhcp.name_servers": addressesOf(optionOf(options, Code.nameServers)),
    }),
    isWhole: options.isWhole,
  };
}

function isRelay(type: number): boolean {
  return type === RELAY_FORWARD || type === RELAY_REPLY;
}

/** The message that a relay passes on. */
function relayedIn(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < RELAY_HEADER_BYTES) return undefined;
  return optionOf(optionsOfV6(bytes.subarray(RELAY_HEADER_BYTES)), Code.relayed);
}

/** A DHCP unique identifier (§11): two bytes of type, then something that is unique. */
function isDuid(value: Uint8Array | undefined): boolean {
  if (value === undefined || value.length < 3 || value.length > MAX_DUID_BYTES) return false;
  const type = value[1] ?? 0;
  return value[0] === 0 && type >= 1 && type <= DUID_TYPES;
}

function duidOf(options: Options, code: number): string | undefined {
  const value = optionOf(options, code);
  return value === undefined || value.length === 0 ? undefined : toHex(value.subarray(0, MAX_DUID_BYTES));
}

function addressesOf(value: Uint8Array | undefined): string | undefined {
  if (value === undefined || value.length < 16) return undefined;
  return Array.from({ length: value.length >>> 4 }, (_, index) => formatIpv6(value, index * 16)).join(",");
}
