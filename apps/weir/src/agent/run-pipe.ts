import { openSource } from "../capture-source/source.ts";
import { namesFrom } from "../read/names-option.ts";
import { readCapture } from "../read-capture.ts";
import { LiveFindings } from "./findings.ts";
import type { AgentOrder, LiveRecord } from "./messages.ts";

/** Reads packets that somebody else captures, to the end of the pipe or the signal. What is found is told at the end. */
export async function runPipe(
  path: string,
  { captureId, names, config, dissect }: AgentOrder,
  take: (record: LiveRecord) => void,
  flush: () => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<void> {
  const findings = new LiveFindings(captureId, config);
  const capture = await readCapture(await openSource(path), {
    captureId,
    names: namesFrom(names),
    config,
    dissect,
    isPrompt: true,
    signal,
    afterChunk: flush,
    sink: {
      connection(record) {
        findings.connection(record);
        take({ kind: "connection", record, report: "end" });
      },
      update: (record, report) => take({ kind: "connection", record, report }),
      call(record) {
        findings.call(record);
        take({ kind: "call", record });
      },
      retry(record) {
        findings.retry(record);
        take({ kind: "retry", record });
      },
      delivery: (record) => take({ kind: "delivery", record }),
    },
  });
  for (const record of findings.take()) take({ kind: "finding", record });
  take({ kind: "capture", record: capture });
}
