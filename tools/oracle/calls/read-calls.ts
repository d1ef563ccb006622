import { WeirError } from "@weir/base";
import { Names } from "@weir/identity";
import type { Call } from "@weir/model";
import { openSource } from "../../../apps/weir/src/capture-source/source.ts";
import { readCapture } from "../../../apps/weir/src/read-capture.ts";

/** The calls that `weir read` finds in a capture, in the order in which they were finished; none where it is no capture. */
export async function readCalls(capture: string): Promise<readonly Call[]> {
  const calls: Call[] = [];
  try {
    const source = await openSource(capture);
    await readCapture(source, {
      captureId: "oracle",
      names: new Names(),
      sink: { connection: () => undefined, call: (call) => calls.push(call) },
    });
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
  }
  return calls;
}
