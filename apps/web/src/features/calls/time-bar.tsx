import { formatDurationNs } from "@weir/base";
import type { CallJson } from "../../lib/api.ts";
import { splitTime } from "./time-split.ts";

interface TimeBarProps {
  readonly call: CallJson;
  /** The time that the full width stands for. */
  readonly wholeNs: number;
}

/** A call's time as a bar: client sending, network, server thinking, server sending, client reading. */
export function TimeBar({ call, wholeNs }: TimeBarProps) {
  const parts = splitTime(call);
  if (parts.length === 0) return <span className="dim">no answer was seen</span>;
  const words = parts.map((part) => `${part.words} ${formatDurationNs(part.durationNs)}`).join(", ");
  return (
    <span className="time-bar" role="img" aria-label={words} title={words}>
      {parts.map(({ kind, durationNs }) => (
        <span key={kind} className={kind} style={{ width: `${(durationNs / wholeNs) * 100}%` }} />
      ))}
    </span>
  );
}
