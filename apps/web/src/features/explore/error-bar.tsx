import { formatMeasured } from "@weir/base";

interface ErrorBarProps {
  readonly error: number | undefined;
  readonly unit: string | undefined;
}

/** Half of the 95 % interval of a number that is estimated from sampled records; nothing where it is exact. */
export function ErrorBar({ error, unit }: ErrorBarProps) {
  if (error === undefined) return null;
  return (
    <span className="dim" title="Estimated from sampled traces: 95 of 100 such intervals hold the true value">
      {" "}
      ± {formatMeasured(error, unit)}
    </span>
  );
}
