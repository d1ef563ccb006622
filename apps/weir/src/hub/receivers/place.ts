import { BlockList, isIP } from "node:net";
import { WeirError } from "@weir/base";
import { isLoopback } from "../doors/door-check.ts";
import type { TlsFiles } from "../listen.ts";
import { RECEIVERS } from "./list.ts";
import type { Place, Receiver } from "./receiver.ts";

/** On which addresses receivers listen, and whom they take there. */
export interface ReceiverPlaces {
  readonly host: string;
  /** The hub's certificate. */
  readonly tls: TlsFiles | undefined;
  /** Names of receivers that know no sender, and listen on `host` all the same. */
  readonly open: readonly string[];
  /** Networks (`10.0.0.0/8`) whose senders those take. */
  readonly senders: readonly string[];
  /** Certificates (PEM) of who signed the certificates of senders of syslog over TLS. */
  readonly senderAuthorities: string | undefined;
}

/** Where receivers listen that nobody else may reach. */
export const LOOPBACK = "127.0.0.1";

/** True where senders say who they are: by a token. */
export function knowsSenders({ transport }: Receiver): boolean {
  return transport === "http" || transport === "grpc";
}

/** Throws USAGE where the open receivers are none, or would take whatever comes. */
export function checkOpenReceivers({ open, senders }: ReceiverPlaces): void {
  const names = RECEIVERS.filter((receiver) => !knowsSenders(receiver)).map(({ name }) => name);
  ofNetworks(senders);
  const unknown = open.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new WeirError("USAGE", `--open-receivers knows no ${unknown}`, `It takes ${names.join(", ")}`);
  if (open.length > 0 && senders.length === 0)
    throw new WeirError(
      "USAGE",
      `${open.join(", ")} would take what anybody sends`,
      "Name the networks of the senders: --senders 10.0.0.0/8",
    );
}

/** Where a receiver listens. Others reach it where it can ask who they are, or where it is named among the open ones. */
export function placeOf(receiver: Receiver, places: ReceiverPlaces): Omit<Place, "port"> {
  const { host, open, senders, senderAuthorities } = places;
  const isSigned = receiver.transport === "tls" && senderAuthorities !== undefined;
  const isOpen = open.includes(receiver.name);
  const mayBeReached = knowsSenders(receiver) || isSigned || isOpen;
  const own = mayBeReached ? host : LOOPBACK;
  const needsTls = receiver.transport === "tls" || !isLoopback(own);
  return {
    host: own,
    tls: needsTls ? places.tls : undefined,
    senderAuthorities,
    takes: isOpen && !isLoopback(own) ? ofNetworks(senders) : () => true,
  };
}

/** True for addresses of these networks. USAGE where one is none. */
export function ofNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits, ...more] = network.split("/");
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? longest : Number(bits);
    if (family === 0 || more.length > 0 || bits === "" || !Number.isInteger(prefix) || prefix < 0 || prefix > longest)
      throw new WeirError("USAGE", `"${network}" is no network`, "Write it like 10.0.0.0/8 or 2001:db8::/32");
    list.addSubnet(address, prefix, family === 4 ? "ipv4" : "ipv6");
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}
