import { readConfigFile } from "../../config-file.ts";
import { readKeysFile } from "../../keys-file.ts";
import { messagesOf } from "../../protos-file.ts";
import { exitCodeOf } from "../fail-on.ts";
import { namesFrom, namesOf } from "../names-option.ts";
import type { ReadOptions } from "../options.ts";
import { isColoured } from "../output.ts";
import { createPaint } from "../report/paint.ts";
import { explainStream } from "./explanation.ts";
import { explanationJson } from "./json.ts";
import { renderExplanation } from "./page.ts";
import { parseStreamName } from "./stream-name.ts";

/** Prints what is known about one stream of a capture. Returns the exit code. */
export async function runExplain(file: string, stream: string, options: ReadOptions): Promise<number> {
  const wanted = parseStreamName(stream);
  const names = namesFrom(await namesOf(options.names));
  const explanation = await explainStream(file, wanted, {
    names,
    config: await readConfigFile(options.config),
    keyLog: options.keys === undefined ? undefined : await readKeysFile(options.keys),
    messages: await messagesOf(options.protos),
  });
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(explanationJson(explanation))}\n`
      : renderExplanation(explanation, createPaint(isColoured(options))),
  );
  return exitCodeOf(explanation.judgement.findings, options.failOn);
}
