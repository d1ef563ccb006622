import { formatCount, formatDurationNs, formatRatio } from "@weir/base";
import { JOIN_CLASS_WORDS, type JoinSummaryJson, misfitsOf } from "@weir/http-contract";
import { JOIN_CLASSES } from "@weir/model";
import type { Paint } from "../read/report/paint.ts";
import { type Column, renderTable } from "../read/report/table.ts";

const SHOWN_EDGES = 40;
const left = (heading: string): Column => ({ heading, align: "left" });
const right = (heading: string): Column => ({ heading, align: "right" });

/** How spans and packets fit, for people: edges by class, what does not fit, who reports, clocks, and what follows. */
export function joinText(joined: JoinSummaryJson, paint: Paint): string {
  if (joined.traces === 0) return "There is no trace: neither a span, nor a request that carries the context of one.\n";
  const sections = [
    head(joined),
    findings(joined, paint),
    edges(joined, paint),
    misfits(joined, paint),
    services(joined, paint),
    clocks(joined, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function head({ range, traces, tracesInAll, counts, isCut }: JoinSummaryJson): string[] {
  const classes = JOIN_CLASSES.filter((name) => counts[name] > 0).map(
    (name) => `${formatCount(counts[name])} ${JOIN_CLASS_WORDS[name]}`,
  );
  return [
    `${formatCount(traces)} of ${formatCount(tracesInAll)} traces, from ${range.from} to ${range.to}`,
    `Exchanges: ${classes.join(", ") || "none"}`,
    ...(isCut
      ? ["Some had more spans, calls or surroundings than are read: what is missing of them may be in there."]
      : []),
  ];
}

function findings({ findings: found }: JoinSummaryJson, paint: Paint): string[] {
  if (found.length === 0) return [];
  return [
    paint.heading("WHAT FOLLOWS"),
    ...found.map(
      ({ severity, title, decided }) =>
        `  ${paint.severity(severity, severity.toUpperCase().padEnd(8))}  ${title}${decided ? "" : " (cannot tell)"}`,
    ),
  ];
}

type Edge = JoinSummaryJson["edges"][number];

function edges({ edges: all, exchangesOverLimit }: JoinSummaryJson, paint: Paint): string[] {
  const columns = [
    left("client → server"),
    right("exchanges"),
    ...JOIN_CLASSES.map((name) => right(JOIN_CLASS_WORDS[name])),
    right("waited in client"),
  ];
  const rows = all
    .slice(0, SHOWN_EDGES)
    .map((edge) => [
      edgeName(edge),
      formatCount(edge.exchanges),
      ...JOIN_CLASSES.map((name) => (edge.classes[name] === 0 ? "–" : formatCount(edge.classes[name]))),
      edge.clientQueueNs === undefined ? "–" : formatDurationNs(edge.clientQueueNs),
    ]);
  const more = all.length - rows.length;
  return [
    paint.heading("HOW SPANS AND PACKETS FIT"),
    ...renderTable(columns, rows),
    ...(more > 0 ? [paint.dim(`  … and ${formatCount(more)} more edges (--json has all)`)] : []),
    ...(exchangesOverLimit > 0 ? [`  ${formatCount(exchangesOverLimit)} exchanges are of further edges`] : []),
  ];
}

function misfits({ edges: all }: JoinSummaryJson, paint: Paint): string[] {
  const lines = all.slice(0, SHOWN_EDGES).flatMap((edge) => {
    const words = misfitsOf(edge);
    if (words.length === 0) return [];
    const examples =
      edge.exampleTraceIds.length === 0 ? [] : [paint.dim(`    traces ${edge.exampleTraceIds.join(", ")}`)];
    return [`  ${paint.strong(edgeName(edge))}`, ...words.map((word) => `    ${word}`), ...examples];
  });
  return lines.length === 0 ? [] : [paint.heading("WHAT DOES NOT FIT"), ...lines];
}

function services({ services: all }: JoinSummaryJson, paint: Paint): string[] {
  if (all.length === 0) return [];
  const columns = [
    left("service"),
    right("requests on the wire"),
    right("with a span of its own"),
    right("passed on as they came"),
  ];
  return [
    paint.heading("WHO REPORTS"),
    ...renderTable(
      columns,
      all.map(({ service, answered, withSpan, passedOn }) => [
        service,
        formatCount(answered),
        withSpan === 0 ? paint.warn("none") : formatRatio(withSpan / answered),
        passedOn === 0 ? "–" : formatCount(passedOn),
      ]),
    ),
  ];
}

function clocks({ clocks: all }: JoinSummaryJson, paint: Paint): string[] {
  if (all.length === 0) return [];
  const columns = [left("clock of"), left("against"), right("ahead by"), right("uncertain by"), right("exchanges")];
  return [
    paint.heading("CLOCKS"),
    ...renderTable(
      columns,
      all.map(({ of, against, offsetNs, uncertaintyNs, count }) => {
        const ahead = `${offsetNs < 0 ? "−" : ""}${formatDurationNs(Math.abs(offsetNs))}`;
        const isApart = Math.abs(offsetNs) > 2 * uncertaintyNs;
        return [
          of,
          against,
          isApart ? paint.warn(ahead) : ahead,
          `± ${formatDurationNs(uncertaintyNs)}`,
          formatCount(count),
        ];
      }),
    ),
    paint.dim("  Shown, and never applied to a time."),
  ];
}

function edgeName({ clientService, serverService, serverPort }: Edge): string {
  const server = serverService === "" ? "itself" : serverService;
  return `${clientService === "" ? "?" : clientService} → ${server}${serverPort === 0 ? "" : `:${serverPort}`}`;
}
