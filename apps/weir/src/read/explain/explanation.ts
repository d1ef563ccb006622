import { basename } from "node:path";
import { type AnalysisConfig, ConnectionJudge, type ConnectionVerdict } from "@weir/analysis";
import { WeirError } from "@weir/base";
import type { Ladder } from "@weir/http-contract";
import type { Names } from "@weir/identity";
import type { Call, Capture, Connection } from "@weir/model";
import type { KeyLog, MessageDecoder } from "@weir/protocols";
import { openSource } from "../../capture-source/source.ts";
import { readLadder } from "../../packets/ladder.ts";
import { readCapture } from "../../read-capture.ts";
import { type Judgement, judgeAlone } from "./judge-alone.ts";
import type { StreamName } from "./stream-name.ts";
import { StreamPicker } from "./stream-picker.ts";

/** Packets of the ladder that are shown. */
const LADDER_PACKETS = 40;

/** Everything that is known about one connection. */
export interface Explanation {
  readonly capture: Capture;
  readonly connection: Connection;
  /** Its calls in order, the first 20 000 of them. */
  readonly calls: readonly Call[];
  readonly judgement: Judgement;
  /** The walks of the verdict trees. */
  readonly verdicts: readonly ConnectionVerdict[];
  readonly ladder: Ladder;
  /** First packets of later connections with the same stream number: it went idle, and came back. */
  readonly laterFirstPackets: readonly number[];
}

/**
 * Reads a capture for one of its streams, and once more for the stream's packets. Throws NOT_FOUND where there is no such stream, USAGE
 * where the capture is a pipe and cannot be read twice.
 */
export async function explainStream(
  file: string,
  stream: StreamName,
  {
    names,
    config,
    keyLog,
    messages,
  }: {
    readonly names: Names;
    readonly config: AnalysisConfig;
    readonly keyLog: KeyLog | undefined;
    readonly messages: MessageDecoder | undefined;
  },
): Promise<Explanation> {
  const source = await openSource(file);
  if (source.fileBytes === undefined) {
    throw new WeirError("USAGE", "--explain reads the capture twice, and a pipe only comes once", "Save it to a file");
  }
  const picker = new StreamPicker(stream);
  const capture = await readCapture(source, {
    captureId: basename(file),
    names,
    config,
    keyLog,
    messages,
    sink: picker,
  });
  const { connection, calls } = picker.picked(file);
  return {
    capture,
    connection,
    calls,
    judgement: judgeAlone(connection, calls, config),
    verdicts: new ConnectionJudge(config).verdictsOf(connection),
    ladder: await readLadder(connection.connectionId, { file, keys: [connection], isPart: false }, LADDER_PACKETS),
    laterFirstPackets: picker.laterFirstPackets,
  };
}
