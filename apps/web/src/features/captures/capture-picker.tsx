import { formatBytes, formatCount } from "@weir/base";
import { useParameter } from "../../lib/location.ts";
import { useCaptures } from "./use-captures.ts";

/** Which capture is looked at: one, or all together. */
export function CapturePicker() {
  const { data } = useCaptures();
  const [capture, setCapture] = useParameter("capture");
  if (data === undefined || data.total === 0) return null;
  const chosen = data.items.find((item) => item.captureId === capture);
  return (
    <label className="picker">
      <span className="dim">Capture</span>
      <select value={capture} onChange={(event) => setCapture(event.target.value)}>
        <option value="">all {data.total}</option>
        {data.items.map((item) => (
          <option key={item.captureId} value={item.captureId}>
            {item.name}
          </option>
        ))}
      </select>
      {chosen === undefined ? null : (
        <span className="dim">
          {formatCount(chosen.packets)} packets, {formatBytes(chosen.wireBytes)}, vantage {chosen.vantage}
          {chosen.problem === undefined ? "" : ` · ${chosen.problem}`}
        </span>
      )}
    </label>
  );
}
