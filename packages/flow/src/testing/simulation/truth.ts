import type { CloseReason } from "@weir/model";
import { TcpFlag } from "@weir/wire";
import type { ConversationOptions } from "./conversation.ts";
import { type DirectionTruth, directionTruth } from "./direction-truth.ts";
import type { PathLog } from "./path.ts";
import { type CapturedSighting, capturedOf } from "./record.ts";
import { isReliable, type SideName } from "./segment.ts";
import { type TurnTruth, turnTruth } from "./turn-truth.ts";
import { type VisibleTruth, visibleTruth } from "./visible-truth.ts";

/** What really happened in a conversation, told by the hosts and the path, not by what the packets look like. */
export interface ConversationTruth {
  readonly client: DirectionTruth;
  readonly server: DirectionTruth;
  /** SYNs and SYN-ACKs that were captured, copies included. */
  readonly syns: number;
  readonly synAcks: number;
  /** How the hosts ended it, told by what of that was captured. */
  readonly closeReason: CloseReason;
  readonly visible: Readonly<Record<SideName, VisibleTruth>>;
  readonly turns: TurnTruth;
}

/** The truth about a conversation. */
export function truthOf(log: PathLog, options: ConversationOptions): ConversationTruth {
  const captured = capturedOf(log, options);
  const isSyn = (flags: number) => (flags & TcpFlag.syn) !== 0;
  const count = (from: SideName) =>
    captured.filter(({ segment }) => segment.from === from && isSyn(segment.flags)).length;
  return {
    client: directionTruth(log, captured, "client"),
    server: directionTruth(log, captured, "server"),
    syns: count("client"),
    synAcks: count("server"),
    closeReason: closeReasonOf(captured, options),
    visible: {
      client: visibleTruth(log, captured, "client", options),
      server: visibleTruth(log, captured, "server", options),
    },
    turns: turnTruth(log, captured, options),
  };
}

/** The hosts' intention says who ended it; the capture says how much of that could be seen. */
function closeReasonOf(captured: readonly CapturedSighting[], { ending }: ConversationOptions): CloseReason {
  const saw = (from: SideName, flag: number) =>
    captured.some(({ segment }) => segment.from === from && (segment.flags & flag) !== 0);
  const fins = { client: saw("client", TcpFlag.fin), server: saw("server", TcpFlag.fin) };
  if (saw("client", TcpFlag.rst) && ending === "clientResets") return "closedWithReset";
  if (saw("client", TcpFlag.rst) && ending.startsWith("clientResets")) return "resetByClient";
  if (saw("server", TcpFlag.rst) && ending === "serverRefuses") return "refused";
  if (saw("server", TcpFlag.rst)) return "resetByServer";
  if (fins.client && fins.server) return "closed";
  const clientAnswered = captured.some(
    ({ segment }) => segment.from === "client" && (segment.flags & TcpFlag.syn) === 0 && segment.acknowledgment > 0,
  );
  const serverSpoke = captured.some(({ segment }) => segment.from === "server" && isReliable(segment));
  if (!clientAnswered) return serverSpoke ? "handshakeIncomplete" : "noAnswer";
  if (fins.client) return "halfClosedByClient";
  return fins.server ? "halfClosedByServer" : "open";
}
