import { WeirError } from "@weir/base";
import { CaptureReader } from "@weir/wire";
import { decompress } from "../../../apps/weir/src/capture-source/decompress.ts";
import { openSource } from "../../../apps/weir/src/capture-source/source.ts";

/** Numbers of the packets that are ICMP errors: tshark dissects what they quote as if it had been sent. */
export async function icmpErrorsOf(capture: string): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  const reader = new CaptureReader();
  try {
    const source = await openSource(capture);
    const { chunks } = await decompress(source.chunks());
    for await (const chunk of chunks)
      reader.push(chunk, (packet) => {
        if (packet.quotedAt >= 0) found.add(packet.number);
      });
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
  }
  return found;
}
