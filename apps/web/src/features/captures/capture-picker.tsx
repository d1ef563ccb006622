import { formatBytes, formatCount } from "@weir/base";
import type { CaptureJson } from "../../lib/api.ts";
import { changePlace, useParameter } from "../../lib/location.ts";
import { GradeBadge } from "../../widgets/grade.tsx";
import { useCaptures } from "./use-captures.ts";

/** Which capture is looked at: one, or all together. */
export function CapturePicker() {
  const { data } = useCaptures();
  const [capture] = useParameter("capture");
  if (data === undefined || data.total === 0) return null;
  const chosen = data.items.find((item) => item.captureId === capture);
  const choose = (captureId: string) => changePlace({ capture: captureId, finding: undefined, page: undefined });
  return (
    <div className="picker">
      <select aria-label="Capture" value={capture} onChange={(event) => choose(event.target.value)}>
        <option value="">{data.total === 1 ? "The one capture" : `All ${data.total} captures`}</option>
        {data.items.map((item) => (
          <option key={item.captureId} value={item.captureId}>
            {item.name}
          </option>
        ))}
        {chosen === undefined && capture !== "" ? <option value={capture}>a capture that is not here</option> : null}
      </select>
      <span className="dim picker-facts">
        {chosen === undefined ? sumOf(data.items) : <CaptureFacts capture={chosen} />}
      </span>
    </div>
  );
}

function sumOf(captures: readonly CaptureJson[]): string {
  const sum = (of: (capture: CaptureJson) => number) =>
    formatCount(captures.reduce((total, one) => total + of(one), 0));
  return `${sum(({ packets }) => packets)} packets, ${sum(({ connections }) => connections)} connections, ${sum(({ calls }) => calls)} calls`;
}

function CaptureFacts({ capture }: { readonly capture: CaptureJson }) {
  const { packets, wireBytes, vantage, droppedPackets, problem, grade, gradeReasons } = capture;
  return (
    <>
      {formatCount(packets)} packets, {formatBytes(wireBytes)}, seen at: {vantage}
      {droppedPackets === undefined || droppedPackets === 0 ? null : (
        <span className="bad">, {formatCount(droppedPackets)} lost by the capture</span>
      )}
      {problem === undefined ? null : <span className="warn">, {problem}</span>}{" "}
      <GradeBadge grade={grade} reasons={gradeReasons} />
    </>
  );
}
