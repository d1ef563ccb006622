import type { Flame } from "@weir/http-contract";
import { type CSSProperties, type KeyboardEvent, useMemo, useRef, useState } from "react";
import { changePlace, useParameter } from "../../lib/location.ts";
import { type FlameBox, layoutFlame, neighbourOf, widestOf } from "./flame-layout.ts";
import { measureText, shareText } from "./measure-text.ts";

const ROW_PX = 20;
const COLOURS = 6;

/** Functions below the functions that called them, as wide as what was measured in them. The URL keeps which one is looked at, and what is looked for. */
export function FlameGraph({ flame }: { readonly flame: Flame }) {
  const { nodes, value: total, unit } = flame;
  const [zoom] = useParameter("zoom");
  const [find] = useParameter("find");
  const zoomedAt = useMemo(() => (zoom === "" ? undefined : widestOf(nodes, zoom)), [nodes, zoom]);
  const boxes = useMemo(() => layoutFlame(nodes, total, zoomedAt), [nodes, total, zoomedAt]);
  const [chosen, setChosen] = useState<number>();
  const graph = useRef<HTMLDivElement>(null);
  const current = boxes.find(({ at }) => at === chosen) ?? boxes.find(({ at }) => at === (zoomedAt ?? 0)) ?? boxes[0];
  const height = ROW_PX * (1 + boxes.reduce((deepest, { node }) => Math.max(deepest, node.depth), 0));
  const choose = (at: number) => {
    setChosen(at);
    graph.current?.querySelector<HTMLElement>(`[data-at="${at}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (current === undefined) return;
    const next = neighbourOf(boxes, current.at, event.key);
    if (next !== undefined) choose(next);
    else if (event.key === "Enter") changePlace({ zoom: current.node.name });
    else if (event.key !== "Escape" || zoom === "") return;
    else changePlace({ zoom: undefined });
    event.preventDefault();
    event.stopPropagation();
  };
  const isSought = ({ node }: FlameBox) => find !== "" && node.name.toLowerCase().includes(find.toLowerCase());
  return (
    <div className="card flame">
      <p className="flame-detail" aria-live="polite" data-testid="flame-detail">
        {current === undefined ? null : (
          <>
            <strong>{current.node.name}</strong> {measureText(current.node.value, unit)},{" "}
            {shareText(current.node.value, total)} of all; in itself {measureText(current.node.self, unit)}{" "}
            <span className="dim">{current.node.file}</span>
          </>
        )}
        {zoom === "" ? null : (
          <button type="button" onClick={() => changePlace({ zoom: undefined })}>
            Show all
          </button>
        )}
      </p>
      <div
        ref={graph}
        className="flame-boxes"
        role="tree"
        aria-label="Flame graph"
        style={{ height }}
        onKeyDown={onKey}
      >
        {boxes.map((box) => (
          <Box
            key={box.at}
            box={box}
            isCurrent={box.at === current?.at}
            isSought={isSought(box)}
            onChoose={() => setChosen(box.at)}
            onKey={onKey}
          />
        ))}
      </div>
    </div>
  );
}

interface BoxProps {
  readonly box: FlameBox;
  readonly isCurrent: boolean;
  readonly isSought: boolean;
  readonly onChoose: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
}

function Box({ box, isCurrent, isSought, onChoose, onKey }: BoxProps) {
  const { node, at, left, width, isAbove } = box;
  const place: CSSProperties = {
    left: `${left * 100}%`,
    width: `${width * 100}%`,
    top: node.depth * ROW_PX,
    height: ROW_PX - 1,
  };
  const classes = [`flame-${colourOf(node.file || node.name)}`, isAbove ? "above" : "", isSought ? "sought" : ""];
  return (
    <div
      className={classes.filter((name) => name !== "").join(" ")}
      style={place}
      role="treeitem"
      aria-level={node.depth + 1}
      aria-selected={isCurrent}
      data-at={at}
      data-testid="flame-box"
      tabIndex={isCurrent ? 0 : -1}
      title={node.name}
      onFocus={onChoose}
      onMouseEnter={onChoose}
      onClick={() => changePlace({ zoom: node.name })}
      onKeyDown={onKey}
    >
      {node.name}
    </div>
  );
}

/** The same file has the same colour. */
function colourOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (hash * 31 + text.charCodeAt(at)) >>> 0;
  return hash % COLOURS;
}
