import { parentPort, workerData } from "node:worker_threads";
import { ensure, WeirError } from "@weir/base";
import { BEGINNINGS_PER_PACKET } from "@weir/flow";
import { SharedFile } from "../../capture-source/shared-file.ts";
import { unreadable } from "../../capture-source/source.ts";
import { readCapture } from "../../read-capture.ts";
import { FilterSink } from "../filter-sink.ts";
import { namesFrom } from "../names-option.ts";
import { SHARED_TRANSPORTS, type ShareMessage, type ShareOrder } from "./messages.ts";
import { RowText } from "./row-text.ts";

/*
 * A worker that reads its share of a capture: headers, connections, verdicts, the filter, and rows as text. What leaves it is text and a few numbers.
 */

/** Parts on their way that nobody has taken yet; more would only fill memory. */
const MAX_UNTAKEN = 8;
/** A stream's number in a share is a packet's, times so many, in 31 bits. */
const MAX_PACKETS = 2 ** 31 / BEGINNINGS_PER_PACKET - 1;

const port = ensure(parentPort, "a share is read in a worker thread");
const order = workerData as ShareOrder;
const { file, index, captureId, filter } = order;
const taken = new Int32Array(order.taken);
const streams: number[][] = SHARED_TRANSPORTS.map(() => []);
const rows = new RowText(captureId, order.rows, sendPart);
let packetsDone = 0;
let sent = 0;

function say(message: ShareMessage, memory: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, memory);
}

/** Tells what there is to tell, as soon as there is room. In the middle of a chunk too: at the end of a capture a million connections close at once. */
function sendPart(): void {
  for (let seen = Atomics.load(taken, index); sent - seen >= MAX_UNTAKEN; seen = Atomics.load(taken, index)) {
    Atomics.wait(taken, index, seen);
  }
  const batch = rows.take();
  const begun = streams.map((numbers) => Int32Array.from(numbers.splice(0)));
  const memory = [...begun, ...(batch === undefined ? [] : [batch.text, batch.rows])].map(({ buffer }) => buffer);
  sent += 1;
  say({ kind: "part", packets: packetsDone, streams: begun, batch }, memory);
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  try {
    yield* new SharedFile(file, index).chunks();
  } catch (cause) {
    throw isSystemError(cause) ? unreadable(file.path, cause) : cause;
  }
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && "syscall" in cause;
}

function afterChunk(packets: number): void {
  if (packets > MAX_PACKETS) {
    throw new WeirError(
      "LIMIT_REACHED",
      `${file.path} has more packets than workers can share: ${MAX_PACKETS}`,
      "Leave --workers out",
    );
  }
  packetsDone = packets;
  sendPart();
}

async function run(): Promise<void> {
  const sink = { connection: rows.add.bind(rows), call: () => undefined };
  const capture = await readCapture(
    { name: file.path, fileBytes: undefined, chunks },
    {
      captureId,
      names: namesFrom(order.names),
      config: order.config,
      sink: filter === undefined ? sink : new FilterSink(filter, sink),
      dissect: false,
      sampling: order.sampling,
      share: {
        index,
        count: file.workers,
        onStream: (transport, streamNumber) => streams[SHARED_TRANSPORTS.indexOf(transport)]?.push(streamNumber),
      },
      onProgress: (_, packets) => afterChunk(packets),
    },
  );
  sendPart();
  say({ kind: "done", capture });
}

run()
  .catch((error: unknown) => {
    if (!(error instanceof WeirError)) throw error;
    say({ kind: "failed", code: error.code, message: error.message, hint: error.hint });
  })
  .finally(() => port.close());
