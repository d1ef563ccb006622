import { describe, expect, it } from "vitest";
import { queryEnvironments } from "../environment.ts";
import { testProtocols } from "../testing/records.ts";
import { checkQuestion } from "./check.ts";
import { answerColumns } from "./columns.ts";
import type { Question } from "./question.ts";

const environments = queryEnvironments(testProtocols);
const FROM = "2026-07-30T12:00:00Z";
const TO = "2026-07-30T13:00:00Z";

function columnsOf(question: Question) {
  const check = checkQuestion(question, environments);
  if (check.kind !== "ok") throw new Error(`${check.part}: ${check.message}`);
  return answerColumns(check.question);
}

function problemOf(question: Partial<Question>) {
  const check = checkQuestion({ record: "call", ...question }, environments);
  if (check.kind === "ok") throw new Error("this is a question");
  return check;
}

describe("a question", () => {
  it("counts where it names no measure", () => {
    expect(columnsOf({ record: "connection" })).toEqual([
      { name: "count()", role: "measure", type: "int", unit: "count" },
    ]);
  });

  it("has columns for buckets, groups, what is left over, measures and their earlier values, with units", () => {
    const columns = columnsOf({
      record: "call",
      groupBy: ["server.service"],
      measures: ["p95( call.durationNs )", "rate(call.requestBytes)", "ratio(call.status != 'ok')"],
      bucket: "1m",
      others: true,
      from: FROM,
      to: TO,
      compare: "previous",
    });
    expect(columns.map(({ name, role, unit }) => [name, role, unit])).toEqual([
      ["time", "time", undefined],
      ["server.service", "group", undefined],
      ["others", "others", undefined],
      ["p95(call.durationNs)", "measure", "ns"],
      ["rate(call.requestBytes)", "measure", "bytes/s"],
      ['ratio(call.status != "ok")', "measure", "ratio"],
      ["p95(call.durationNs) before", "before", "ns"],
      ["rate(call.requestBytes) before", "before", "bytes/s"],
      ['ratio(call.status != "ok") before', "before", "ratio"],
    ]);
    expect(columns.filter(({ estimated }) => estimated).map(({ of, name }) => of ?? name)).toEqual([
      "p95(call.durationNs)",
      "p95(call.durationNs)",
    ]);
  });

  it("knows findings and retries by names of their own", () => {
    const [group] = columnsOf({
      record: "finding",
      filter: 'finding.severity == "critical"',
      groupBy: ["server.service"],
    });
    expect(group).toMatchObject({ name: "server.service", role: "group" });
    expect(columnsOf({ record: "retry", measures: ["mean(retry.attempts)"] })[0]).toMatchObject({ unit: "count" });
  });

  it("lists rows as they are where it names fields", () => {
    expect(columnsOf({ record: "call", fields: ["call.target", "tcp.closeReason"] }).map(({ role }) => role)).toEqual([
      "field",
      "field",
    ]);
  });
});

describe("a wrong question", () => {
  it.each<[Partial<Question>, string, number, string | undefined]>([
    [{ filter: 'call.statuss == "ok"' }, "filter", 0, "call.status"],
    [{ filter: 'finding.rule == "x"' }, "filter", 0, undefined],
    [{ groupBy: ["server.service", "call.protocl"] }, "groupBy.1", 0, "call.protocol"],
    [{ groupBy: ["connection.gradeReasons"] }, "groupBy.0", 0, undefined],
    [{ measures: ["count"] }, "measures.0", 0, "count()"],
    [{ measures: ["count()", "avg(call.durationNs)"] }, "measures.1", 0, "mean"],
    [{ measures: ["p95(call.target)"] }, "measures.0", 4, undefined],
    [{ measures: ["p95(call.duratioNs)"] }, "measures.0", 4, "call.durationNs"],
    [{ measures: ["ratio()"] }, "measures.0", 6, undefined],
    [{ measures: ["count(call.status == 'okk')"] }, "measures.0", 21, '"ok"'],
    [{ measures: ["quantile(call.durationNs, 95)"] }, "measures.0", 26, "0.95"],
    [{ record: "connection", groupBy: ["call.protocol"] }, "groupBy.0", 0, undefined],
    [{ record: "connection", measures: ["sum(http.statusCode)"] }, "measures.0", 0, undefined],
    [{ from: "yesterday" }, "from", 0, undefined],
    [{ from: TO, to: FROM }, "to", 0, undefined],
    [{ bucket: "10 s" }, "bucket", 0, "10s"],
    [{ compare: "1h" }, "compare", 0, undefined],
    [{ from: FROM, to: TO, compare: "10m" }, "compare", 0, "previous"],
    [{ order: "-p95(call.durationNs)" }, "order", 0, undefined],
    [{ fields: ["call.target"], measures: ["count()"] }, "measures", 0, undefined],
    [{ groupBy: Array.from({ length: 5 }, () => "call.protocol") }, "groupBy", 0, undefined],
  ])("%j is wrong at %s", (question, part, position, suggestion) => {
    expect(problemOf(question)).toMatchObject({ part, position });
    expect(problemOf(question).suggestion).toBe(suggestion);
  });
});
