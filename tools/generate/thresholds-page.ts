import { THRESHOLDS, thresholdUnit } from "@weir/analysis";
import { formatBytes, formatDurationNs, formatRatio } from "@weir/base";
import { code, table } from "./markdown.ts";

const EXAMPLE = `{
  "thresholds": {
    "slowThinkNs": "500ms",
    "lossDegradedRatio": "2 %",
    "lossMinResent": 10
  }
}`;

/** docs/reference/thresholds.md: every threshold with its default, and how to change it. */
export function renderThresholdsPage(): string {
  const rows = THRESHOLDS.map(({ name, standard, meaning }) => [
    code(name),
    thresholdUnit(name),
    defaultText(name, standard),
    meaning,
  ]);
  return [
    "# Thresholds\n",
    "What findings and verdicts are held against. `weir read --config FILE` and `weir hub --config FILE` change them; what a file does not name keeps its default. The file is JSON (its other section is [`sampling`](../sampling.md)):\n",
    `\`\`\`json\n${EXAMPLE}\n\`\`\`\n`,
    'Times are nanoseconds, or text such as `"250ms"`, `"1.5s"`, `"1m30s"`; ratios are shares from 0 to 1, or text such as `"2 %"`; the rest are numbers. A name that is no threshold is an error, and so is a value of another form. A hub judges captures as they are imported: what was imported before keeps its findings, while the walk on a connection\'s page is run anew.\n',
    table(["threshold", "unit", "default", "meaning"], rows),
    "",
  ].join("\n");
}

function defaultText(name: string, standard: number): string {
  switch (thresholdUnit(name)) {
    case "ns":
      return formatDurationNs(standard);
    case "ratio":
      return formatRatio(standard);
    case "bytes":
      return formatBytes(standard);
    case "times":
      return `${standard} times`;
    case "count":
      return `${standard}`;
  }
}
