import { addressBytes } from "../canonical-address.ts";

/** A network of addresses, as `10.0.0.0/8` writes it. */
export interface IpNetwork {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/** The network; undefined where the text is none. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [address = "", length = ""] = text.split("/");
  const bytes = addressBytes(address);
  const bits = Number(length);
  if (bytes === undefined || !/^\d+$/.test(length) || bits > bytes.length * 8) return undefined;
  return { bytes, bits };
}

/** True where the address is of the network. */
export function isInNetwork(address: Uint8Array, { bytes, bits }: IpNetwork): boolean {
  if (address.length !== bytes.length) return false;
  const whole = bits >> 3;
  for (let index = 0; index < whole; index += 1) if (address[index] !== bytes[index]) return false;
  const rest = bits & 7;
  return rest === 0 || ((address[whole] ?? 0) ^ (bytes[whole] ?? 0)) >> (8 - rest) === 0;
}
