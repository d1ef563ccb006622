import { MODERN_TCP, PLAIN_TCP } from "./abilities.ts";
import type { ConversationOptions, Ending, Exchange } from "./conversation.ts";
import type { LegOptions } from "./path.ts";
import { Random } from "./random.ts";
import { otherSide, type SideName } from "./segment.ts";

/** What is wrong on the way, or with the capture. "Before" and "behind" are seen from the vantage, for the side that sends most. */
export const SCENARIOS = [
  "clean",
  "jitter",
  "lossBefore",
  "lossBehind",
  "lossBoth",
  "reordering",
  "duplication",
  "slowReader",
  "missed",
  "midStream",
  "everything",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** The same between hosts of today: SACK, timestamps, tail loss probes, ECN, and think and idle times that can be told from the network's. */
export const MODERN_SCENARIOS = [
  "modern",
  "modernLossBefore",
  "modernLossBehind",
  "modernLossBoth",
  "tailLoss",
  "modernReordering",
  "modernDuplication",
  "modernSlowReader",
  "congestion",
  "captureDrops",
  "modernEverything",
] as const;
export type ModernScenario = (typeof MODERN_SCENARIOS)[number];

/** What a scenario changes; absent is none of it. */
interface Trouble {
  readonly lossBefore?: number;
  readonly lossBehind?: number;
  readonly jitter?: number;
  readonly reordering?: number;
  readonly duplication?: number;
  readonly missed?: number;
  readonly marking?: number;
  readonly isSlow?: boolean;
  readonly isMidStream?: boolean;
  /** Answers of few segments, so that what is lost is mostly the tail. */
  readonly isShort?: boolean;
}

const TROUBLES: Readonly<Record<Scenario | ModernScenario, Trouble>> = {
  clean: {},
  jitter: { jitter: 0.3 },
  lossBefore: { lossBefore: 0.03 },
  lossBehind: { lossBehind: 0.03 },
  lossBoth: { lossBefore: 0.03, lossBehind: 0.03, jitter: 0.1 },
  reordering: { reordering: 0.02, jitter: 0.1 },
  duplication: { duplication: 0.03 },
  slowReader: { isSlow: true },
  missed: { missed: 0.02 },
  midStream: { isMidStream: true },
  everything: {
    lossBefore: 0.01,
    lossBehind: 0.01,
    jitter: 0.2,
    reordering: 0.01,
    duplication: 0.01,
    isSlow: true,
  },
  modern: { jitter: 0.05 },
  modernLossBefore: { lossBefore: 0.03 },
  modernLossBehind: { lossBehind: 0.03 },
  modernLossBoth: { lossBefore: 0.02, lossBehind: 0.02, jitter: 0.1 },
  tailLoss: { lossBefore: 0.03, lossBehind: 0.03, isShort: true },
  modernReordering: { reordering: 0.02, jitter: 0.1 },
  modernDuplication: { duplication: 0.03 },
  modernSlowReader: { isSlow: true },
  congestion: { marking: 0.05 },
  captureDrops: { missed: 0.03 },
  modernEverything: {
    lossBefore: 0.01,
    lossBehind: 0.01,
    jitter: 0.1,
    reordering: 0.01,
    duplication: 0.01,
    marking: 0.02,
    missed: 0.01,
  },
};

/** The conversation of a modern scenario with this seed. */
export function modernConversationOf(
  scenario: ModernScenario,
  seed: number,
  changes: Partial<ConversationOptions> = {},
): ConversationOptions {
  const plain = conversationOf(scenario, seed);
  const random = new Random(seed * 104_729 + 1);
  const { isShort = false, isSlow = false } = TROUBLES[scenario];
  // Where lost tails and closed windows are looked for, nothing else may take as long.
  const [mostThinkMs, mostIdleMs] = isShort || isSlow ? [40, 60] : [500, 700];
  const count = isShort ? 8 + random.below(8) : plain.exchanges.length;
  const exchanges = Array.from({ length: count }, (_, index) => {
    const { requestBytes, responseBytes } = plain.exchanges[index % plain.exchanges.length]!;
    return {
      requestBytes: isShort ? 20 + random.below(2 * plain.maxSegmentBytes) : requestBytes,
      responseBytes: isShort ? 20 + random.below(6 * plain.maxSegmentBytes) : responseBytes,
      thinkNs: random.below(mostThinkMs) * 1e6,
      idleNs: index === 0 ? 0 : random.below(mostIdleMs) * 1e6,
    };
  });
  return { ...plain, abilities: MODERN_TCP, exchanges, ...changes };
}

/** The conversation of a scenario with this seed: sizes, delays and habits of the hosts come from the seed as well. */
export function conversationOf(
  scenario: Scenario | ModernScenario,
  seed: number,
  changes: Partial<ConversationOptions> = {},
): ConversationOptions {
  const random = new Random(seed * 7919);
  const trouble = TROUBLES[scenario];
  const sender: SideName = random.chance(0.5) ? "server" : "client";
  const maxSegmentBytes = [536, 1200, 1460][random.below(3)]!;
  const bufferBytes = maxSegmentBytes * (trouble.isSlow === true ? 4 + random.below(6) : 12 + random.below(30));
  const exchanges = exchangesOf(random, sender, maxSegmentBytes);
  const half = exchanges.reduce((sum, exchange) => sum + bytesFrom(exchange, sender), 0) / 2;
  const delayedAcks = random.chance(0.5);
  const delays = { client: (1 + random.below(100)) * 2e5, server: (1 + random.below(150)) * 2e5 };
  const reorderNs = (2 + random.below(20)) * 2e5;
  const leg = (side: SideName): LegOptions => ({
    delayNs: delays[side],
    jitterNs: Math.round(delays[side] * (trouble.jitter ?? 0)),
    loss: (side === sender ? trouble.lossBefore : trouble.lossBehind) ?? 0,
    duplication: trouble.duplication ?? 0,
    reordering: trouble.reordering ?? 0,
    reorderNs,
    marking: trouble.marking ?? 0,
  });
  const pauses = trouble.isSlow === true ? [{ afterBytes: half, forNs: (3 + random.below(40)) * 1e8 }] : [];
  return {
    seed,
    exchanges,
    ending: "clientCloses",
    maxSegmentBytes,
    bufferBytes,
    delayedAcks,
    pauses: sender === "client" ? { client: [], server: pauses } : { client: pauses, server: [] },
    legs: { client: leg("client"), server: leg("server") },
    missed: trouble.missed ?? 0,
    captureFrom: trouble.isMidStream === true ? 5 + random.below(30) : 0,
    firstSequence: { client: 1_000_000, server: 5_000_000 },
    windowScale: random.below(3),
    abilities: PLAIN_TCP,
    ...changes,
  };
}

/** Every way to end, over a path without trouble. */
export const ENDINGS: readonly Ending[] = [
  "clientCloses",
  "serverCloses",
  "clientHalfCloses",
  "staysOpen",
  "clientResets",
  "clientResetsUnanswered",
  "clientResetsMidAnswer",
  "serverResets",
  "serverRefuses",
  "serverIsSilent",
];

/** Two to four questions; one side sends nearly everything. */
function exchangesOf(random: Random, sender: SideName, maxSegmentBytes: number): Exchange[] {
  return Array.from({ length: 2 + random.below(3) }, () => {
    const much = Math.round(maxSegmentBytes * (10 + 30 * random.next()));
    const little = 20 + random.below(maxSegmentBytes);
    return {
      requestBytes: sender === "client" ? much : little,
      responseBytes: otherSide(sender) === "client" ? much : little,
      thinkNs: random.below(40) * 1e6,
      idleNs: 0,
    };
  });
}

function bytesFrom({ requestBytes, responseBytes }: Exchange, side: SideName): number {
  return side === "client" ? requestBytes : responseBytes;
}

/** The side that sends most in a conversation. */
export function mainSender({ exchanges }: ConversationOptions): SideName {
  const { requestBytes, responseBytes } = exchanges[0]!;
  return requestBytes > responseBytes ? "client" : "server";
}
