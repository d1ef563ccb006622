// uPlot: time series on a canvas with axes, cursor and selection, small, without dependencies, MIT.
import { formatMeasured } from "@weir/base";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Lines } from "./series.ts";

const HEIGHT = 300;
const AXIS_WIDTH = 84;
const SERIES_COLOURS = 10;
/** A selection narrower than this was a click. */
const LEAST_SELECTION_PX = 6;

interface LineChartProps {
  readonly lines: Lines;
  /** Called with the period that was drawn over, as RFC 3339. */
  readonly onSelect: (from: string, to: string) => void;
}

/** Lines over time with a legend that follows the pointer; dragging chooses a period. All times are UTC. */
export function LineChart({ lines, onSelect }: LineChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const select = useRef(onSelect);
  select.current = onSelect;
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    let plot = draw(current, lines, (from, to) => select.current(from, to));
    const again = () => {
      plot.destroy();
      plot = draw(current, lines, (from, to) => select.current(from, to));
    };
    const resized = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height: HEIGHT }));
    resized.observe(current);
    // Colours are drawn, not styled: another theme is another drawing.
    const themed = new MutationObserver(again);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.destroy();
    };
  }, [lines]);
  const names = lines.series.map(({ name }) => name).join(", ");
  return <div ref={place} className="line-chart" role="img" aria-label={`${lines.measure.name} over time: ${names}`} />;
}

const DAY_MS = 86_400_000;

/** A moment on the axis: with its day where the lines are longer than one. */
function timeText(time: number, times: readonly number[]): string {
  const text = new Date(time).toISOString();
  const lengthMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (lengthMs > DAY_MS) return text.slice(5, 16).replace("T", " ");
  return lengthMs < 5_000 ? text.slice(14, 23) : text.slice(11, 19);
}

function draw(place: HTMLElement, { times, series, measure }: Lines, onSelect: LineChartProps["onSelect"]): uPlot {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : formatMeasured(value, measure.unit);
  const axis = {
    stroke: colour("--dim"),
    grid: { stroke: colour("--line-soft") },
    ticks: { stroke: colour("--line") },
  };
  const shown = series.filter(({ isBefore }) => !isBefore).map(({ name }) => name);
  const options: uPlot.Options = {
    width: place.clientWidth,
    height: HEIGHT,
    ms: 1,
    tzDate: (time) => uPlot.tzDate(new Date(time), "Etc/UTC"),
    cursor: { drag: { x: true, y: false, setScale: false } },
    scales: { y: { range: (_, low, high) => [Math.min(0, low), high <= 0 ? 1 : high * 1.08] } },
    axes: [
      { ...axis, values: (_, splits) => splits.map((time) => timeText(time, times)) },
      { ...axis, size: AXIS_WIDTH, values: (_, splits) => splits.map(text) },
    ],
    series: [
      { value: (_, time) => (time === null ? "–" : `${new Date(time).toISOString().slice(11, 23)} UTC`) },
      ...series.map(({ name, isBefore }) => ({
        label: name,
        stroke: colour(`--series-${Math.max(0, shown.indexOf(name.replace(/, before$/, ""))) % SERIES_COLOURS}`),
        width: isBefore ? 1 : 2,
        ...(isBefore ? { dash: [4, 4] } : {}),
        points: { show: times.length < 3 },
        value: (_: uPlot, value: number | null) => text(value),
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < LEAST_SELECTION_PX) return;
          const [from, to] = [left, left + width].map((x) => new Date(plot.posToVal(x, "x")).toISOString());
          if (from !== undefined && to !== undefined) onSelect(from, to);
        },
      ],
    },
  };
  return new uPlot(options, [[...times], ...series.map(({ values }) => [...values])], place);
}
