import type { Severity } from "@weir/model";

interface SeverityProps {
  readonly severity: Severity;
  readonly isDecided: boolean;
}

/** Severity as a shape, so that it does not hang on colour: octagon, triangle, circle; a question mark where undecided. */
export function SeveritySign({ severity, isDecided }: SeverityProps) {
  return (
    <svg
      className={`severity-sign ${isDecided ? severity : "undecided"}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
    >
      {severity === "critical" ? <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" /> : null}
      {severity === "warning" ? <path d="M8 1.2 15.4 14.4H.6z" /> : null}
      {severity === "info" ? <circle cx="8" cy="8" r="7" /> : null}
      <text x="8" y={severity === "warning" ? 13 : 12} textAnchor="middle">
        {isDecided ? "!" : "?"}
      </text>
    </svg>
  );
}
