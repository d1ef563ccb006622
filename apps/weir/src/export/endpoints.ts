import { lookup } from "node:dns/promises";
import { WeirError, type WeirErrorCode } from "@weir/base";
import { addressBytes } from "@weir/identity";

/** One end of a way out. */
export interface Endpoint {
  readonly host: string;
  readonly address: Uint8Array;
  readonly port: number;
  readonly transport: "tcp" | "udp";
}

/** All addresses of a host, with a port: where to send, and what of our own traffic is to be left out of a capture. Throws `code` where it has none. */
export async function endpointsOf(
  hostname: string,
  port: number,
  option: string,
  transport: Endpoint["transport"] = "tcp",
  code: WeirErrorCode = "CONFIG_INVALID",
): Promise<Endpoint[]> {
  const found = await lookup(hostname.replace(/^\[(.*)\]$/, "$1"), { all: true }).catch((cause: Error) => {
    throw new WeirError(code, `${hostname} has no address: ${cause.message}`, `Check ${option}`, { cause });
  });
  return found.flatMap(({ address }) => {
    const bytes = addressBytes(address);
    return bytes === undefined ? [] : [{ host: address, address: bytes, port, transport }];
  });
}
