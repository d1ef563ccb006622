import { canonicalAddress } from "../canonical-address.ts";

/** A connection that a node translates: as its client sent it, and who really answers. */
export interface Translation {
  readonly transport: "tcp" | "udp" | "sctp";
  readonly clientAddress: string;
  readonly clientPort: number;
  /** What the client asked: a Service's address. */
  readonly askedAddress: string;
  readonly askedPort: number;
  /** Who answers: the pod that the translation chose. */
  readonly answeringAddress: string;
  readonly answeringPort: number;
}

const LINE = /^ipv[46]\s+\d+\s+(tcp|udp|sctp)\s/;
const TUPLE = /src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/g;

/** The translated connections in the text of `/proc/net/nf_conntrack`; those that are not translated are left out. */
export function parseConntrack(text: string): Translation[] {
  const translations: Translation[] = [];
  for (const line of text.split("\n")) {
    const transport = LINE.exec(line)?.[1] as Translation["transport"] | undefined;
    const [asked, answered] = [...line.matchAll(TUPLE)];
    if (transport === undefined || asked === undefined || answered === undefined) continue;
    const [, client = "", destination = "", clientPort = "", destinationPort = ""] = asked;
    const [, source = "", , sourcePort = ""] = answered;
    if (source === destination && sourcePort === destinationPort) continue;
    translations.push({
      transport,
      clientAddress: canonicalAddress(client),
      clientPort: Number(clientPort),
      askedAddress: canonicalAddress(destination),
      askedPort: Number(destinationPort),
      answeringAddress: canonicalAddress(source),
      answeringPort: Number(sourcePort),
    });
  }
  return translations;
}
