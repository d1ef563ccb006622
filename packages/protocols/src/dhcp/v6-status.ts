import { decodeUtf8 } from "@weir/base";
import type { Refusal } from "./message.ts";
import { type Options, optionOf } from "./options.ts";

const STATUS_CODE = 13;
const MAX_TEXT = 255;

/** Status codes (IANA "DHCPv6 Status Codes"), and whether the client could do something about them. */
const STATUSES: ReadonlyMap<number, Refusal> = new Map([
  [1, { code: "UnspecFail", isClientsFault: false }],
  [2, { code: "NoAddrsAvail", isClientsFault: false }],
  [3, { code: "NoBinding", isClientsFault: true }],
  [4, { code: "NotOnLink", isClientsFault: true }],
  [5, { code: "UseMulticast", isClientsFault: true }],
  [6, { code: "NoPrefixAvail", isClientsFault: false }],
  [7, { code: "UnknownQueryType", isClientsFault: true }],
  [8, { code: "MalformedQuery", isClientsFault: true }],
  [9, { code: "NotConfigured", isClientsFault: false }],
  [10, { code: "NotAllowed", isClientsFault: true }],
]);

export interface Status {
  readonly code: number;
  readonly text: string;
}

/** The status among options (RFC 8415 §21.13); undefined where there is none, or it says that all is well. */
export function statusIn(options: Options): Status | undefined {
  const value = optionOf(options, STATUS_CODE);
  if (value === undefined || value.length < 2) return undefined;
  const code = ((value[0] ?? 0) << 8) | (value[1] ?? 0);
  return code === 0 ? undefined : { code, text: decodeUtf8(value.subarray(2)).slice(0, MAX_TEXT) };
}

export function refusalOf(code: number): Refusal {
  return STATUSES.get(code) ?? { code: String(code), isClientsFault: false };
}
