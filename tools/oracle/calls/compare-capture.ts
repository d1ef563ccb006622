import type { Call } from "@weir/model";
import { readFacts } from "../facts.ts";
import type { CallComparison, FactsEvent, Said } from "./comparison.ts";
import { icmpErrorsOf } from "./icmp-errors.ts";
import { COMPARISONS } from "./list.ts";
import { type Matching, matchSaid } from "./match.ts";
import { readCalls } from "./read-calls.ts";

/** How the calls of one protocol in one capture compare with its facts. */
export interface CallsOfCapture extends Matching {
  /** Names of the facts' events: `http`, `dns`. */
  readonly events: string;
  /** Both sides' statements, for counting per fact. */
  readonly tshark: readonly Said[];
}

/** Holds the calls of a capture against its facts, protocol by protocol: those of which the facts have events, or `only` that one. */
export async function compareCalls(capture: string, only?: string): Promise<readonly CallsOfCapture[]> {
  const facts = readFacts(capture);
  const relevant = COMPARISONS.filter(({ events }) =>
    events.some((name) => facts.app_events[name] !== undefined && (only === undefined || only === name)),
  );
  if (relevant.length === 0) return [];
  const calls = await readCalls(capture);
  const compared = relevant.map((comparison) => compareProtocol(comparison, facts, calls));
  if (compared.every(({ tsharkOnly }) => tsharkOnly.length === 0)) return compared;
  const icmpErrors = await icmpErrorsOf(capture);
  return icmpErrors.size === 0 ? compared : relevant.map((one) => compareProtocol(one, facts, calls, icmpErrors));
}

const QUOTED = "quoted in an ICMP error: it was not sent here";

type Facts = ReturnType<typeof readFacts>;

/** What tshark says of packets that ICMP errors quote is compared last: it may be one side's only. */
function compareProtocol(
  comparison: CallComparison,
  facts: Facts,
  calls: readonly Call[],
  icmpErrors: ReadonlySet<number> = new Set(),
): CallsOfCapture {
  const lastFrame = lastFrameOf(comparison, facts);
  const tshark = comparison.events.flatMap((name) =>
    (facts.app_events[name] ?? [])
      .filter(({ frame }) => frame <= lastFrame)
      .flatMap((event) =>
        comparison.fromEvent(event, name).map((said) => ({
          ...said,
          stream: streamOf(event),
          frame: event.frame,
          excuse: icmpErrors.has(event.frame) ? QUOTED : undefined,
        })),
      ),
  );
  const weir = calls
    .filter(({ protocol }) => comparison.protocols.includes(protocol))
    .flatMap((call) => comparison.fromCall(call).map((said) => ({ ...said, stream: streamOfCall(call) })))
    .filter(({ frame }) => (frame ?? 0) <= lastFrame);
  return { events: comparison.events.join("+"), tshark, ...matchSaid(quotedLast(tshark), weir) };
}

function streamOf({ tcp_stream: tcp, udp_stream: udp }: FactsEvent): string | undefined {
  if (tcp !== undefined) return `tcp ${tcp}`;
  return udp === undefined ? undefined : `udp ${udp}`;
}

/** The facts name no associations of SCTP. */
function streamOfCall({ transport, streamNumber }: Call): string | undefined {
  return transport === "sctp" ? undefined : `${transport} ${streamNumber}`;
}

/** The facts list so many events at most: behind the last one of any kind nothing can be compared. */
function lastFrameOf({ events }: CallComparison, { app_events: listed, app_event_frames: frames }: Facts): number {
  const lasts = events.map((name) => {
    const list = listed[name] ?? [];
    const isCut = list.length > 0 && list.length < (frames[name] ?? 0);
    return isCut ? (list.at(-1)?.frame ?? 0) : Number.POSITIVE_INFINITY;
  });
  return Math.min(...lasts);
}

function quotedLast(tshark: readonly Said[]): readonly Said[] {
  const isQuoted = ({ excuse }: Said) => excuse !== undefined;
  return tshark.some(isQuoted) ? [...tshark.filter((said) => !isQuoted(said)), ...tshark.filter(isQuoted)] : tshark;
}
