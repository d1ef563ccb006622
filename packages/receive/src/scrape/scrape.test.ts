import { encodeUtf8 } from "@weir/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reading } from "../received.ts";
import { parseExposition } from "./exposition.ts";
import { readScrape } from "./target.ts";

const AT = 1_700_000_000_000;
const LABELS = [
  ["job", "shop"],
  ["instance", "127.0.0.1:9100"],
] as const;
interface Row {
  readonly MetricName: string;
  readonly Value: number;
  readonly Flags: number;
}
const rowsOf = (reading: Reading, ending: string) =>
  reading.kind === "received"
    ? reading.tables.filter(({ table }) => table.table.endsWith(ending)).flatMap(({ rows }) => rows as readonly Row[])
    : [];
/** One scrape after what an earlier one showed; no text: the target does not answer. */
const again = (shownBefore: string, text: string | undefined, contentType = "text/plain") =>
  readScrape(encodeUtf8(text ?? ""), {
    ...{ labels: LABELS, atUnixMs: AT, durationMs: 12, isUp: text !== undefined, contentType, shownBefore },
  });
const scrape = (text: string, contentType?: string) => again("", text, contentType).reading;

describe("what a target shows", () => {
  it("is samples with labels in which anything may stand, numbers beyond numbers, and times", () => {
    const { samples } = parseExposition('a{x="1, \\"2\\"}\\n", y="\\\\",} +Inf 5\nb NaN\nc{} 1e3\n', false);
    expect(
      samples.map(({ name, labels, value, atUnixMs }) => [name, Object.fromEntries(labels), value, atUnixMs]),
    ).toEqual([
      ["a", { x: '1, "2"}\n', y: "\\" }, Number.POSITIVE_INFINITY, 5],
      ["b", {}, Number.NaN, undefined],
      ["c", {}, 1_000, undefined],
    ]);
  });

  it("has types, helps, units, exemplars and times in seconds in OpenMetrics", () => {
    const text = `# TYPE requests counter
# UNIT requests requests
# HELP requests All\\nof them.
requests_total{code="200"} 7 1700000000.5 # {trace_id="5b8efff798038103d269b633813fc60c",part="a"} 0.25 1700000000.1
# EOF
`;
    const [row] = rowsOf(scrape(text, "application/openmetrics-text"), "sum");
    expect(row).toMatchObject({
      ...{ MetricName: "requests_total", MetricDescription: "All\nof them.", MetricUnit: "requests", Value: 7 },
      ...{ ServiceName: "shop", Attributes: { code: "200" }, TimeUnix: 1_700_000_000_500_000_000n },
      "Exemplars.TraceId": ["5b8efff798038103d269b633813fc60c"],
      "Exemplars.Value": [0.25],
      "Exemplars.FilteredAttributes": [{ part: "a" }],
      "Exemplars.TimeUnix": [1_700_000_000_100_000_000n],
    });
  });

  it("loses a line that cannot be read, not the others", () => {
    const read = scrape('good 1\nbad{x="} 1\nbad two\n{} 3\nalso_good{a="b"} 2\n');
    expect(
      rowsOf(read, "gauge")
        .map(({ MetricName }) => MetricName)
        .slice(0, 2),
    ).toEqual(["good", "also_good"]);
    expect(read).toMatchObject({ rejections: [{ reason: "unreadable", items: 3 }] });
  });

  it("may be any text: reading never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void scrape(text)));
    fc.assert(fc.property(fc.stringMatching(/^[ab{}="\\,#0-9 \n]*$/), (text) => void parseExposition(text, true)));
  });
});

describe("a target that is scraped again and again", () => {
  const named = (reading: Reading) =>
    [...rowsOf(reading, "gauge"), ...rowsOf(reading, "sum")].map(({ MetricName, Value, Flags }) => [
      MetricName,
      Value,
      Flags,
    ]);

  it("is up, and says what the scrape took", () => {
    expect(named(scrape("a 1\n"))).toEqual([
      ["a", 1, 0],
      ["up", 1, 0],
      ["scrape_duration_seconds", 0.012, 0],
      ["scrape_samples_scraped", 1, 0],
    ]);
  });

  it("marks series that ended, once; all of them where it does not answer", () => {
    const first = again("", "a 1\nb_total 2\n");
    const second = again(first.shown, "a 1\n");
    expect(named(second.reading)).toContainEqual(["b_total", 0, 1]);
    const silent = again(second.shown, undefined);
    expect(named(silent.reading)).toContainEqual(["a", 0, 1]);
    expect(named(silent.reading)).not.toContainEqual(["b_total", 0, 1]);
    expect(named(silent.reading)).toContainEqual(["up", 0, 0]);
    expect(named(again(silent.shown, undefined).reading)).not.toContainEqual(["a", 0, 1]);
  });

  it("ends a series as what it was, with all of its labels", () => {
    const text = '# TYPE b counter\n# HELP b All.\nb{path="\\"x\\""} 2\n';
    const ended = rowsOf(again(again("", text).shown, "").reading, "sum");
    expect(ended).toMatchObject([{ MetricName: "b", MetricDescription: "All.", Attributes: { path: '"x"' } }]);
  });

  it("keeps what a target says under the hub's own labels", () => {
    const [row] = rowsOf(scrape('a{job="own"} 1\n'), "gauge");
    expect(row).toMatchObject({ ServiceName: "shop", Attributes: { exported_job: "own" } });
  });
});
