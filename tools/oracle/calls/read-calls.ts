import { existsSync, readFileSync } from "node:fs";
import { WeirError } from "@weir/base";
import { Names } from "@weir/identity";
import type { Call } from "@weir/model";
import { KeyLog } from "@weir/protocols";
import { openSource } from "../../../apps/weir/src/capture-source/source.ts";
import { readCapture } from "../../../apps/weir/src/read-capture.ts";

/** The TLS secrets that were published with a capture: the facts were made with them. */
function keyLogBeside(capture: string): KeyLog {
  const keyLog = new KeyLog();
  if (existsSync(`${capture}.keys`)) keyLog.add(readFileSync(`${capture}.keys`, "utf8"));
  return keyLog;
}

/** The calls that `weir read` finds in a capture, in the order in which they were finished; none where it is no capture. */
export async function readCalls(capture: string): Promise<readonly Call[]> {
  const calls: Call[] = [];
  try {
    const source = await openSource(capture);
    await readCapture(source, {
      captureId: "oracle",
      keyLog: keyLogBeside(capture),
      names: new Names(),
      sink: { connection: () => undefined, call: (call) => calls.push(call) },
    });
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
  }
  return calls;
}
