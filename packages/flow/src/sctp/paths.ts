import { toHex } from "@weir/base";
import type { Packet } from "@weir/wire";

/** The pair of addresses that a packet went between, the same in both directions. */
export function pathText({ bytes, sourceAddressAt, destinationAddressAt, addressBytes }: Packet): string {
  const source = toHex(bytes.subarray(sourceAddressAt, sourceAddressAt + addressBytes));
  const destination = toHex(bytes.subarray(destinationAddressAt, destinationAddressAt + addressBytes));
  return source < destination ? `${source} ${destination}` : `${destination} ${source}`;
}
