import type { Said } from "./comparison.ts";

/** How two lists of statements compare. */
export interface Matching {
  /** Said by both at the same frame. */
  readonly sameFrame: number;
  /** Said by both in the same stream, at different frames. */
  readonly sameStream: number;
  readonly tsharkOnly: readonly Said[];
  readonly weirOnly: readonly Said[];
}

/**
 * Pairs what tshark says with what Weir says: first what is said at the same frame, then what is said in the same stream, then what may be repeated. Of a UDP stream only the
 * transport counts: tunnels are numbered differently.
 */
export function matchSaid(tshark: readonly Said[], weir: readonly Said[]): Matching {
  const byFrame = pairOff(
    tshark,
    weir.filter(({ isRepeat }) => isRepeat !== true),
    ({ fact, value, frame }) => `${fact} ${value} ${frame}`,
  );
  const streamKey = ({ fact, value, stream }: Said) =>
    `${fact} ${value} ${stream?.startsWith("udp") === true ? "udp" : stream}`;
  const byStream = pairOff(byFrame.left, byFrame.right, streamKey);
  const repeated = pairOff(
    byStream.left,
    weir.filter(({ isRepeat }) => isRepeat === true),
    streamKey,
  );
  return {
    sameFrame: byFrame.pairs,
    sameStream: byStream.pairs + repeated.pairs,
    tsharkOnly: repeated.left,
    weirOnly: byStream.right,
  };
}

/** Takes away from both lists what has the same key, each as often as it stands in both. */
function pairOff(left: readonly Said[], right: readonly Said[], keyOf: (said: Said) => string) {
  const waiting = new Map<string, Said[]>();
  for (const said of right) {
    const key = keyOf(said);
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [said]);
    else list.push(said);
  }
  const alone = left.filter((said) => waiting.get(keyOf(said))?.pop() === undefined);
  return { pairs: left.length - alone.length, left: alone, right: [...waiting.values()].flat() };
}
