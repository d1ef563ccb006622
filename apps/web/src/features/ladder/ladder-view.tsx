import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatDurationNs } from "@weir/base";
import { api } from "../../lib/api.ts";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { words } from "../connections/health-numbers.tsx";
import { kindOf, layoutLadder, type Rung, type RungKind } from "./ladder-layout.ts";

const LIMIT = 300;
const WIDTH = 1000;
const CLIENT_X = 190;
const SERVER_X = 810;
const SLANT = 12;
const WINDOW_BAR = 90;

interface LadderViewProps {
  readonly connectionId: string;
  readonly client: string;
  readonly server: string;
}

/** The packets of a connection as a sequence diagram: time downwards, an arrow per packet, the receiver's window beside it. */
export function LadderView({ connectionId, client, server }: LadderViewProps) {
  const { data, error } = useQuery({
    queryKey: ["ladder", connectionId],
    queryFn: () => api.ladder(connectionId, LIMIT),
  });
  if (error !== null) return <FailureNotice error={error} />;
  if (data === undefined) return <Loading what="packets" />;
  const { rungs, height } = layoutLadder(data.packets);
  const widest = Math.max(1, ...data.packets.map(({ windowBytes }) => windowBytes));
  return (
    <section aria-label="Packets">
      <h2>Packets</h2>
      <p className="dim legend">
        <span className="resent">⟲ sent again</span> <span className="window">▮ window closed or full</span>{" "}
        <span className="reordered">⤨ out of order, hole</span> <span className="reset">✕ reset</span>{" "}
        <span className="duplicate">≡ repeated ACK</span> · bars at the sides: the window that side offers
      </p>
      <div className="scroll ladder-frame">
        <svg
          data-testid="ladder"
          viewBox={`0 0 ${WIDTH} ${height}`}
          width="100%"
          role="img"
          aria-label={`Packets between ${client} and ${server}`}
        >
          <text x={CLIENT_X} y={24} textAnchor="middle" className="end-name">
            {client}
          </text>
          <text x={SERVER_X} y={24} textAnchor="middle" className="end-name">
            {server}
          </text>
          <line x1={CLIENT_X} x2={CLIENT_X} y1={32} y2={height} className="lifeline" />
          <line x1={SERVER_X} x2={SERVER_X} y1={32} y2={height} className="lifeline" />
          {rungs.map((rung) => (
            <RungView key={rung.packet.number} rung={rung} widest={widest} />
          ))}
        </svg>
      </div>
      {data.truncated ? (
        <p className="dim">The first {LIMIT} packets are shown; the download has all of them.</p>
      ) : null}
    </section>
  );
}

const SHAPE: Readonly<Record<RungKind, string>> = {
  resent: "⟲ ",
  window: "▮ ",
  reordered: "⤨ ",
  reset: "✕ ",
  duplicate: "≡ ",
  plain: "",
};

function RungView({ rung, widest }: { readonly rung: Rung; readonly widest: number }) {
  const { packet, y, pauseNs } = rung;
  const kind = kindOf(packet);
  const [from, to] = packet.fromClient ? [CLIENT_X, SERVER_X] : [SERVER_X, CLIENT_X];
  const bar = (packet.windowBytes / widest) * WINDOW_BAR;
  const head = packet.fromClient ? -7 : 7;
  const label = `${SHAPE[kind]}${packet.flags || "UDP"}${packet.flags === "" ? "" : ` seq ${packet.sequence}`}${packet.payloadBytes > 0 ? ` len ${packet.payloadBytes}` : ""}`;
  return (
    <g className={`rung ${kind}`}>
      <title>{`packet ${packet.number}, ${formatDurationNs(packet.offsetNs)}, ${packet.flags || "UDP"}, seq ${packet.sequence}, ack ${packet.acknowledgment}, ${packet.payloadBytes} bytes, window ${formatBytes(packet.windowBytes)}${packet.notes.length > 0 ? `: ${packet.notes.map(words).join(", ")}` : ""}`}</title>
      {pauseNs === undefined ? null : (
        <text x={WIDTH / 2} y={y - 14} textAnchor="middle" className="pause">
          ⋮ {formatDurationNs(pauseNs)} without a packet ⋮
        </text>
      )}
      <text x={4} y={y + 4} className="clock">
        {packet.number} · {formatDurationNs(packet.offsetNs)}
      </text>
      <line x1={from} y1={y} x2={to} y2={y + SLANT} className="arrow" />
      <polygon
        points={`${to},${y + SLANT} ${to + head},${y + SLANT - 4} ${to + head},${y + SLANT + 3}`}
        className="arrow-head"
      />
      <text x={WIDTH / 2} y={y + 2} textAnchor="middle" className="label">
        {label}
        {packet.notes.length > 0 ? ` · ${packet.notes.map(words).join(", ")}` : ""}
      </text>
      {packet.flags === "" ? null : (
        <rect
          x={packet.fromClient ? CLIENT_X - 8 - bar : SERVER_X + 8}
          y={y - 2}
          width={Math.max(1, bar)}
          height={5}
          className={packet.windowBytes === 0 ? "window-bar empty" : "window-bar"}
        />
      )}
    </g>
  );
}
