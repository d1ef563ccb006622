import { formatIpv6 } from "@weir/base";
import { type Option, type Options, optionsOfV6, uint32Of } from "./options.ts";
import { type Status, statusIn } from "./v6-status.ts";

/** Identity associations for addresses, temporary ones and prefixes (RFC 8415 §21.4 and on): bytes in front of their options. */
const ASSOCIATIONS: ReadonlyMap<number, number> = new Map([
  [3, 12],
  [4, 4],
  [25, 12],
]);
const IA_ADDRESS = 5;
const IA_PREFIX = 26;
const ADDRESS_BYTES = 24;
const PREFIX_BYTES = 25;
/** Addresses that are listed at most. */
const MAX_ADDRESSES = 16;

/** What a client asks for, or is given. */
export interface Bindings {
  /** Addresses, and prefixes with their length. */
  readonly addresses: readonly string[];
  /** Shortest valid lifetime; undefined where there is none. */
  readonly validSeconds: number | undefined;
  /** What was refused of it. */
  readonly status: Status | undefined;
}

/** Gathers the addresses and prefixes of all identity associations. */
export function bindingsOf(options: Options): Bindings {
  const addresses: string[] = [];
  let validSeconds: number | undefined;
  let status: Status | undefined;
  for (const { code, value } of options.found) {
    const optionsAt = ASSOCIATIONS.get(code);
    if (optionsAt === undefined) continue;
    const inside = optionsOfV6(value.subarray(optionsAt));
    status ??= statusIn(inside);
    for (const binding of inside.found) {
      const lease = leaseOf(binding);
      if (lease === undefined) continue;
      status ??= lease.status;
      if (addresses.length < MAX_ADDRESSES) addresses.push(lease.address);
      validSeconds = Math.min(validSeconds ?? lease.validSeconds, lease.validSeconds);
    }
  }
  return { addresses, validSeconds, status };
}

function leaseOf({
  code,
  value,
}: Option):
  | { readonly address: string; readonly validSeconds: number; readonly status: Status | undefined }
  | undefined {
  if (code === IA_ADDRESS && value.length >= ADDRESS_BYTES)
    return {
      address: formatIpv6(value, 0),
      validSeconds: uint32Of(value, 20) ?? 0,
      status: statusIn(optionsOfV6(value.subarray(ADDRESS_BYTES))),
    };
  if (code === IA_PREFIX && value.length >= PREFIX_BYTES)
    return {
      address: `${formatIpv6(value, 9)}/${value[8]}`,
      validSeconds: uint32Of(value, 4) ?? 0,
      status: statusIn(optionsOfV6(value.subarray(PREFIX_BYTES))),
    };
  return undefined;
}
