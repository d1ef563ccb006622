import { ConnectionTable } from "../read/connections/table.ts";
import { JsonLines } from "../read/json-lines.ts";
import { isColoured, type Output } from "../read/output.ts";
import { createPaint } from "../read/report/paint.ts";
import type { LiveRecord, WantedRecords } from "./messages.ts";

/** Takes records as they come. */
export interface RecordOutput {
  begin?(): void;
  record(record: LiveRecord): void;
}

/** What is printed: JSON lines of everything, or a row per finished connection and a line per finding. */
export function outputOf(options: { readonly json?: boolean; readonly color?: boolean }, output: Output): RecordOutput {
  const write = (text: string) => output.write(text);
  return options.json === true ? jsonOutput(new JsonLines(write)) : tableOutput(write, options);
}

/** Which records the ways out take: a table has neither calls nor connections that go on, and a hub stores those that are over. */
export function wantedRecords(
  { json, hub }: { readonly json?: boolean; readonly hub?: string },
  { endpoints }: { readonly endpoints: readonly unknown[] },
): WantedRecords {
  const reports = json === true || endpoints.length > 0;
  return { reports, calls: reports || hub !== undefined };
}

function jsonOutput(lines: JsonLines): RecordOutput {
  return {
    record(live) {
      switch (live.kind) {
        case "connection":
          lines.connection(live.record, live.report);
          break;
        case "open":
          break;
        case "call":
          lines.call(live.record);
          break;
        case "retry":
          lines.retry(live.record);
          break;
        case "delivery":
          lines.delivery(live.record);
          break;
        case "finding":
          lines.finding(live.record);
          break;
        case "stack":
          lines.stack(live.record);
          break;
        case "profile":
          lines.profile(live.record);
          break;
        case "capture":
          lines.capture(live.record);
          break;
        default:
          live satisfies never;
      }
    },
  };
}

function tableOutput(write: (text: string) => void, options: { readonly color?: boolean }): RecordOutput {
  const table = new ConnectionTable(write, createPaint(isColoured(options)), { isSeveral: false, hasReports: false });
  return {
    begin: () => table.begin(),
    record(live) {
      if (live.kind === "connection" && live.report === "end") table.connection(live.record);
      else if (live.kind === "finding" && live.record.decided)
        write(`finding (${live.record.severity}): ${live.record.title}\n`);
      else if (live.kind === "capture")
        write(`${live.record.packets} packets, ${live.record.connections} connections, ${live.record.calls} calls\n`);
    },
  };
}
