import type { CallDraft } from "./call-draft.ts";

/** An address and the name under which it was asked for. */
export interface AnsweredAddress {
  readonly address: string;
  readonly name: string;
}

/** Attribute in which a name service's dissector lists the addresses that it answered with, separated by commas. */
export const ADDRESSES_ATTRIBUTE = "weir.dns.addresses";

const NONE: readonly AnsweredAddress[] = [];

/** Addresses that a call answered with, by the name that was asked: what the identity layer learns. */
export function answeredAddresses(
  call: Pick<CallDraft, "attributes" | "status" | "target">,
): readonly AnsweredAddress[] {
  const list = call.attributes[ADDRESSES_ATTRIBUTE];
  if (list === undefined || list === "" || call.status !== "ok") return NONE;
  return list.split(",").map((address) => ({ address, name: call.target }));
}
