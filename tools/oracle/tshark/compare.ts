import type { ConnectionHealth } from "@weir/model";
import { analyseCapture } from "../analyse.ts";
import { PORT_REUSES, PRESENT, SIDE_FACTS, type SideName } from "./facts.ts";
import type { TsharkSide } from "./side.ts";
import { type TsharkStream, tsharkStreams } from "./streams.ts";

/** One fact of one side of one stream on which Weir and tshark differ. */
export interface SideDifference {
  readonly stream: number;
  readonly side: SideName | "both";
  readonly fact: string;
  readonly tshark: string;
  readonly weir: string;
}

/** How one capture compares with what tshark makes of it. */
export interface TsharkComparison {
  readonly streams: number;
  readonly differences: readonly SideDifference[];
}

/** Lets Weir and tshark read a capture, and holds every TCP stream's sides against each other. */
export async function compareWithTshark(capture: string): Promise<TsharkComparison> {
  const streams = await tsharkStreams(capture);
  const { connections } = analyseCapture(capture);
  const differences = [...streams].flatMap(([number, stream]) =>
    compareSides(stream, connections.get(number)).map((difference) => ({ stream: number, ...difference })),
  );
  return { streams: streams.size, differences };
}

/** Holds one stream's sides against Weir's numbers. */
export function compareSides(
  stream: TsharkStream,
  health: ConnectionHealth | undefined,
): Omit<SideDifference, "stream">[] {
  if (health === undefined) return [{ side: "both", fact: PRESENT, tshark: "yes", weir: "no" }];
  const sides = sidesOf(stream, health);
  if (sides === undefined)
    return [{ side: "both", fact: PRESENT, tshark: [...stream.keys()].join(", "), weir: "other ends" }];
  const differences: Omit<SideDifference, "stream">[] = [];
  for (const name of ["client", "server"] as const) {
    const side = sides[name];
    if (side === undefined) continue;
    for (const fact of SIDE_FACTS) {
      const weir = fact.weir(health, name);
      const [ours, theirs] = [JSON.stringify(weir ?? null), JSON.stringify(fact.tshark(side) ?? null)];
      if (
        fact.agrees === undefined
          ? ours === theirs
          : fact.agrees(side, weir, sides[name === "client" ? "server" : "client"])
      )
        continue;
      differences.push({ side: name, fact: fact.name, tshark: theirs, weir: ours });
    }
  }
  const reuses = Math.min(1, (sides.client?.reusedPorts ?? 0) + (sides.server?.reusedPorts ?? 0));
  if (reuses !== health.portReuses)
    differences.push({ side: "both", fact: PORT_REUSES, tshark: String(reuses), weir: String(health.portReuses) });
  return differences;
}

/** Which of tshark's senders is whom: by Weir's client. Undefined where a sender is neither. */
function sidesOf(
  stream: TsharkStream,
  { clientAddress, clientPort, serverAddress, serverPort }: ConnectionHealth,
): Partial<Record<SideName, TsharkSide>> | undefined {
  const sides: Partial<Record<SideName, TsharkSide>> = {};
  for (const [end, side] of stream) {
    if (end === `${clientAddress} ${clientPort}`) sides.client = side;
    else if (end === `${serverAddress} ${serverPort}`) sides.server = side;
    else return undefined;
  }
  return sides;
}
