import { decodeUtf8, formatIpv4, toHex } from "@weir/base";
import { present } from "../common/passage.ts";
import type { DhcpMessage, Refusal } from "./message.ts";
import { type Options, optionOf, optionsOfV4, uint32Of } from "./options.ts";

/** Offsets in a message (RFC 2131 §2). */
const XID_AT = 4;
const CLIENT_ADDRESS_AT = 12;
const YOUR_ADDRESS_AT = 16;
const RELAY_AT = 24;
const HARDWARE_AT = 28;
const SERVER_NAME_AT = 44;
const FILE_AT = 108;
const COOKIE_AT = 236;
const OPTIONS_AT = 240;
/** "Magic cookie" of RFC 2132 §2. */
const COOKIE = 0x63825363;
const ETHERNET = 1;
const ETHERNET_BYTES = 6;
const FLAGS_AT = 10;
const BROADCAST_FLAG = 0x80;
const MAX_HARDWARE_TYPE = 40;
const MAX_HARDWARE_BYTES = 16;
const MAX_HOPS = 16;
const MAX_TEXT = 255;

/** Options that are read (RFC 2132). */
const Code = {
  router: 3,
  domainServer: 6,
  hostName: 12,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  messageType: 53,
  serverId: 54,
  message: 56,
  vendorClass: 60,
} as const;

type Kind = Pick<DhcpMessage, "type" | "role" | "answers"> & { readonly isFromServer?: true };
const asks = (type: string): Kind => ({ type, role: "asks", answers: [] });
const tells = (type: string): Kind => ({ type, role: "tells", answers: [] });
const answers = (type: string, ...types: readonly string[]): Kind => ({ type, role: "answers", answers: types });

/** DHCP message types (RFC 2131 §3.1, RFC 3203, RFC 4388). */
const KINDS: ReadonlyMap<number, Kind> = new Map([
  [1, asks("DHCPDISCOVER")],
  [2, answers("DHCPOFFER", "DHCPDISCOVER", "BOOTREQUEST")],
  [3, asks("DHCPREQUEST")],
  [4, tells("DHCPDECLINE")],
  // A discovery is acknowledged at once where both sides know rapid commit (RFC 4039).
  [5, answers("DHCPACK", "DHCPREQUEST", "DHCPINFORM", "DHCPDISCOVER", "BOOTREQUEST")],
  [6, answers("DHCPNAK", "DHCPREQUEST", "BOOTREQUEST")],
  [7, tells("DHCPRELEASE")],
  [8, asks("DHCPINFORM")],
  [9, { ...tells("DHCPFORCERENEW"), isFromServer: true }],
  [10, asks("DHCPLEASEQUERY")],
  [11, answers("DHCPLEASEUNASSIGNED", "DHCPLEASEQUERY")],
  [12, answers("DHCPLEASEUNKNOWN", "DHCPLEASEQUERY")],
  [13, answers("DHCPLEASEACTIVE", "DHCPLEASEQUERY")],
]);
/** BOOTP knows a question and an answer only (RFC 951); where the snap length cut the options off, no more is known of DHCP. */
const BOOT_REQUEST = asks("BOOTREQUEST");
const BOOT_REPLY = answers("BOOTREPLY", "BOOTREQUEST", "DHCPREQUEST", "DHCPINFORM", "DHCPDISCOVER");

/** Whether a datagram is a message of DHCPv4, or one of BOOTP. Without its options it must be of an Ethernet, whose addresses leave ten bytes zero. */
export function isV4(bytes: Uint8Array): boolean {
  const [operation = 0, hardwareType = 0, hardwareBytes = 0, hops = 0] = bytes;
  if (operation < 1 || operation > 2 || bytes.length < SERVER_NAME_AT) return false;
  if (hardwareType > MAX_HARDWARE_TYPE || hardwareBytes > MAX_HARDWARE_BYTES || hops > MAX_HOPS) return false;
  if (hasCookie(bytes)) return true;
  if (hardwareType !== ETHERNET || hardwareBytes !== ETHERNET_BYTES) return false;
  const isFlags = ((bytes[FLAGS_AT] ?? 0) | BROADCAST_FLAG) === BROADCAST_FLAG && bytes[FLAGS_AT + 1] === 0;
  return isFlags && bytes.subarray(HARDWARE_AT + ETHERNET_BYTES, SERVER_NAME_AT).every((byte) => byte === 0);
}

function hasCookie(bytes: Uint8Array): boolean {
  return uint32Of(bytes, COOKIE_AT) === COOKIE;
}

/** True where a message of version 4 is sent by a client, or for it. */
export function asksV4(bytes: Uint8Array): boolean {
  return bytes[0] === 1;
}

/** Reads a message that `isV4`. */
export function parseV4(bytes: Uint8Array): DhcpMessage {
  const options = allOptions(bytes);
  const kind = kindOf(options, asksV4(bytes));
  const hardware = toHex(bytes.subarray(HARDWARE_AT, HARDWARE_AT + Math.min(bytes[2] ?? 0, MAX_HARDWARE_BYTES)));
  const your = addressAt(bytes, YOUR_ADDRESS_AT);
  const asked = addressOf(optionOf(options, Code.requestedAddress)) ?? addressAt(bytes, CLIENT_ADDRESS_AT);
  const refusal: Refusal | undefined = kind.type === "DHCPNAK" ? { code: kind.type, isClientsFault: true } : undefined;
  return {
    ...kind,
    isFromServer: kind.isFromServer === true,
    version: 4,
    exchange: `${toHex(bytes.subarray(XID_AT, XID_AT + 4))} ${hardware}`,
    refusal,
    address: your ?? asked ?? "",
    attributes: attributesOf(bytes, options, { hardware, your, asked }),
    isWhole: options.isWhole,
  };
}

function kindOf(options: Options, isRequest: boolean): Kind {
  const type = optionOf(options, Code.messageType)?.[0];
  return KINDS.get(type ?? 0) ?? (isRequest ? BOOT_REQUEST : BOOT_REPLY);
}

/** Options may go on in the fields of the server's name and of the boot file (RFC 2131 §4.1). */
function allOptions(bytes: Uint8Array): Options {
  if (!hasCookie(bytes)) return { found: [], isWhole: true };
  const own = optionsOfV4(bytes.subarray(OPTIONS_AT));
  const overload = optionOf(own, Code.overload)?.[0] ?? 0;
  const inFile = (overload & 1) !== 0 ? optionsOfV4(bytes.subarray(FILE_AT, COOKIE_AT)).found : [];
  const inName = (overload & 2) !== 0 ? optionsOfV4(bytes.subarray(SERVER_NAME_AT, FILE_AT)).found : [];
  return { found: [...own.found, ...inFile, ...inName], isWhole: own.isWhole };
}

function attributesOf(
  bytes: Uint8Array,
  options: Options,
  {
    hardware,
    your,
    asked,
  }: { readonly hardware: string; readonly your: string | undefined; readonly asked: string | undefined },
): Record<string, string> {
  return present({
    "weir.dhcp.version": 4,
    "weir.dhcp.transaction_id": toHex(bytes.subarray(XID_AT, XID_AT + 4)),
    "weir.dhcp.client_id": hardware === "" ? undefined : hardware.replace(/(..)(?=.)/g, "$1:"),
    "weir.dhcp.requested_address": asked,
    "weir.dhcp.assigned_address": your,
    "weir.dhcp.server_id": addressOf(optionOf(options, Code.serverId)),
    "weir.dhcp.relay_address": addressAt(bytes, RELAY_AT),
    "weir.dhcp.lease_seconds": uint32Of(optionOf(options, Code.leaseTime)),
    "weir.dhcp.host_name": textOf(optionOf(options, Code.hostName)),
    "weir.dhcp.vendor_class": textOf(optionOf(options, Code.vendorClass)),
    "weir.dhcp.message": textOf(optionOf(options, Code.message)),
    "weir.dhcp.routers": addressesOf(optionOf(options, Code.router)),
    "weir.dhcp.name_servers": addressesOf(optionOf(options, Code.domainServer)),
  });
}

/** Undefined where the field is zero: not known. */
function addressAt(bytes: Uint8Array, at: number): string | undefined {
  return uint32Of(bytes, at) === 0 ? undefined : formatIpv4(bytes, at);
}

function addressOf(value: Uint8Array | undefined): string | undefined {
  return value?.length === 4 ? formatIpv4(value) : undefined;
}

function addressesOf(value: Uint8Array | undefined): string | undefined {
  if (value === undefined || value.length < 4) return undefined;
  return Array.from({ length: value.length >>> 2 }, (_, index) => formatIpv4(value, index * 4)).join(",");
}

function textOf(value: Uint8Array | undefined): string | undefined {
  return value === undefined || value.length === 0
    ? undefined
    : decodeUtf8(value).replace(/\0+$/, "").slice(0, MAX_TEXT);
}
