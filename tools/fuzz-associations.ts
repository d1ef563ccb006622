import { FlowEngine } from "@weir/flow";
import { CaptureReader } from "@weir/wire";
import { chunk, type End, ScriptedCapture, ScriptedSctp } from "@weir/wire/testing";

/** Random bytes of one capture; then a new one begins. */
const CAPTURE_BYTES = 256 << 10;
const MAX_CHUNK_BYTES = 600;
const MAX_CHUNKS = 6;
/** Types of chunks that are read; others come too. */
const TYPES = [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 14, 64, 64, 192, 194, 255];
/** Numbers near to the association's own: else hardly a TSN or a tag would be one that is looked for. */
const NEAR = 16;
const ENDS: readonly End[] = ["10.0.0.1:4000", "10.0.0.2:3868", "10.0.0.3:4000", "10.0.0.4:3868"];

/** Random chunks, in packets of associations that some of them are part of: what flow does with SCTP. Throws where flow does. */
export function fuzzAssociations(megabytes: number, random: () => number): { ms: number; slowestMs: number } {
  const started = performance.now();
  let slowestMs = 0;
  for (let done = 0; done < megabytes * 1e6; done += CAPTURE_BYTES) {
    const capture = new ScriptedCapture();
    writeRandom(capture, random);
    const before = performance.now();
    run(capture.toPcap());
    slowestMs = Math.max(slowestMs, performance.now() - before);
  }
  return { ms: performance.now() - started, slowestMs };
}

function writeRandom(capture: ScriptedCapture, random: () => number): void {
  const association = new ScriptedSctp(capture, "10.0.0.1:4000", "10.0.0.2:3868");
  if (random() < 0.7) association.handshake();
  const below = (limit: number) => Math.floor(random() * limit);
  for (let bytes = 0; bytes < CAPTURE_BYTES; ) {
    const side = random() < 0.5 ? "client" : "server";
    if (random() < 0.01) association.ends[side] = ENDS[below(ENDS.length)] ?? association.ends[side];
    const chunks = Array.from({ length: 1 + below(MAX_CHUNKS) }, () => {
      const body = Uint8Array.from({ length: below(MAX_CHUNK_BYTES) }, () => below(random() < 0.5 ? 256 : 4));
      const near = association.nextTsn[random() < 0.5 ? "client" : "server"] + below(NEAR) - 2;
      if (body.length >= 4 && random() < 0.8) new DataView(body.buffer).setUint32(0, near);
      bytes += body.length + 4;
      const said = random() < 0.05 ? below(65_536) : undefined;
      return chunk(TYPES[below(TYPES.length)] ?? 0, below(8), body, said);
    });
    association.nextTsn[side] += below(3);
    association.packet(side, chunks, random() < 0.1 ? below(2 ** 32) : undefined);
    capture.after(below(1e9));
  }
}

function run(pcap: Uint8Array): void {
  const ignore = () => undefined;
  const engine = new FlowEngine({ sink: { opened: ignore, data: ignore, gap: ignore, ended: ignore, closed: ignore } });
  new CaptureReader().push(pcap, (packet) => engine.packet(packet));
  engine.finish();
}
