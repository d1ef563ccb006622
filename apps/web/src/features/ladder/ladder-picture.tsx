import { formatDurationNs } from "@weir/base";
import { memo } from "react";
import type { LadderLayout, Rung, WindowStep } from "./ladder-layout.ts";
import { noteWord } from "./note-words.ts";
import { RungSign } from "./rung-sign.tsx";

const WIDTH = 1000;
const CLIENT_X = 236;
const SERVER_X = 884;
const MIDDLE = (CLIENT_X + SERVER_X) / 2;
/** How far an arrow falls on its way: time goes downwards. */
const SLANT = 9;
const WINDOW_BAR = 92;
/** Half the height of the area that takes the pointer. */
const REACH = 11;
/** Width of a label's character: 11 px monospace. */
const CHARACTER = 6.62;

interface PictureProps {
  readonly layout: LadderLayout;
  readonly label: string;
  /** Number of the packet that is shown in detail. */
  readonly active: number | undefined;
  readonly onHover: (packet: number | undefined) => void;
  readonly onChoose: (packet: number) => void;
}

/** The ladder as SVG: two lifelines, an arrow per packet, the window of each side beside its lifeline. */
export function LadderPicture({ layout, label, active, onHover, onChoose }: PictureProps) {
  const { rungs, clientWindow, serverWindow, widestBytes, height } = layout;
  return (
    <svg data-testid="ladder" viewBox={`0 0 ${WIDTH} ${height}`} width="100%" role="img" aria-label={label}>
      <WindowArea steps={clientWindow} widestBytes={widestBytes} x={CLIENT_X - 4} growth={-1} />
      <WindowArea steps={serverWindow} widestBytes={widestBytes} x={SERVER_X + 4} growth={1} />
      <line x1={CLIENT_X} x2={CLIENT_X} y1={0} y2={height} className="lifeline" />
      <line x1={SERVER_X} x2={SERVER_X} y1={0} y2={height} className="lifeline" />
      {rungs.map((rung) => (
        <RungView
          key={rung.packet.number}
          rung={rung}
          isActive={rung.packet.number === active}
          onHover={onHover}
          onChoose={onChoose}
        />
      ))}
    </svg>
  );
}

interface WindowAreaProps {
  readonly steps: readonly WindowStep[];
  readonly widestBytes: number;
  readonly x: number;
  readonly growth: 1 | -1;
}

/** What a side offers to take, over time; a closed window stands out as a solid bar. */
const WindowArea = memo(function WindowArea({ steps, widestBytes, x, growth }: WindowAreaProps) {
  return steps.map(({ y, height, windowBytes }) => {
    const isClosed = windowBytes === 0;
    const width = isClosed ? 10 : Math.max(1, (windowBytes / widestBytes) * WINDOW_BAR);
    return (
      <rect
        key={y}
        x={growth === 1 ? x : x - width}
        y={y}
        width={width}
        height={height}
        className={isClosed ? "window-closed" : "window-open"}
      />
    );
  });
});

interface RungProps {
  readonly rung: Rung;
  readonly isActive: boolean;
  readonly onHover: (packet: number | undefined) => void;
  readonly onChoose: (packet: number) => void;
}

const RungView = memo(function RungView({ rung, isActive, onHover, onChoose }: RungProps) {
  const { packet, kind, y, sinceNs, isPause } = rung;
  const [from, to] = packet.fromClient ? [CLIENT_X, SERVER_X] : [SERVER_X, CLIENT_X];
  const head = packet.fromClient ? -8 : 8;
  const label = labelOf(rung);
  const labelWidth = label.length * CHARACTER + 12;
  const signX = MIDDLE - labelWidth / 2 - 6;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys on the frame choose packets; this is for the pointer
    <g
      className={`rung ${kind} ${isActive ? "active" : ""}`}
      data-packet={packet.number}
      onMouseEnter={() => onHover(packet.number)}
      onMouseLeave={() => onHover(undefined)}
      onClick={() => onChoose(packet.number)}
    >
      {isPause ? <Pause y={y} pauseNs={sinceNs ?? 0} /> : null}
      <rect x={0} y={y - REACH + SLANT / 2} width={WIDTH} height={REACH * 2} className="reach" />
      <text x={52} y={y + 4} textAnchor="end" className="packet-number">
        {packet.number}
      </text>
      <text x={122} y={y + 4} textAnchor="end" className="clock">
        {formatDurationNs(packet.offsetNs)}
      </text>
      <line x1={from} y1={y} x2={to + head / 2} y2={y + SLANT} className="arrow" />
      <path d={`M${to},${y + SLANT}l${head},-4.5v8z`} className="arrow-head" />
      <rect x={MIDDLE - labelWidth / 2} y={y + SLANT / 2 - 8} width={labelWidth} height={16} className="label-back" />
      {kind === "plain" ? null : <RungSign kind={kind} x={signX} y={y + SLANT / 2} />}
      <text x={MIDDLE} y={y + SLANT / 2 + 4} textAnchor="middle" className="label">
        {label}
      </text>
    </g>
  );
});

function Pause({ y, pauseNs }: { readonly y: number; readonly pauseNs: number }) {
  return (
    <g className="pause">
      <path d={`M${CLIENT_X - 6},${y - 24}l12,5l-12,5l12,5M${SERVER_X - 6},${y - 24}l12,5l-12,5l12,5`} />
      <text x={MIDDLE} y={y - 14} textAnchor="middle">
        {formatDurationNs(pauseNs)} without a packet
      </text>
    </g>
  );
}

/** Flags, relative sequence number, length, window, and Wireshark's notes. */
function labelOf({ packet }: Rung): string {
  const { flags, sequence, payloadBytes, windowBytes, notes } = packet;
  const parts = flags === "" ? ["UDP"] : [flags, `seq ${sequence}`];
  if (payloadBytes > 0) parts.push(`len ${payloadBytes}`);
  if (flags !== "") parts.push(`win ${windowBytes}`);
  const text = parts.join(" ");
  return notes.length === 0 ? text : `${text} · ${notes.map(noteWord).join(", ")}`;
}
