import { hostname } from "node:os";
import { WeirError } from "@weir/base";
import { type Ability, probeAbilities, probeGround } from "@weir/capture";
import { readConfigFile } from "../config-file.ts";
import { ExitCode } from "../failure.ts";
import { namesOf } from "../read/names-option.ts";
import { Output } from "../read/output.ts";
import { runCapture } from "./capture-worker.ts";
import { describeAbilities } from "./describe.ts";
import type { AgentOrder, CaptureStatus } from "./messages.ts";
import { type AgentOptions, type CheckedOptions, checkAgentOptions } from "./options.ts";
import { outputOf } from "./outputs.ts";
import { ProcessFinder } from "./processes/process-finder.ts";
import { ProcessNames } from "./processes/process-names.ts";
import { runPipe } from "./run-pipe.ts";
import { stopOnSignals } from "./signals.ts";
import { type StatusServer, serveStatus, statusOf } from "./status.ts";

const LOOPBACK = new Uint8Array([127, 0, 0, 1]);

/** Watches the traffic until Ctrl-C, SIGTERM or the end of the pipe. Returns the exit code. */
export async function runAgent(options: AgentOptions): Promise<number> {
  const checked = checkAgentOptions(options);
  const ground = probeGround();
  const abilities = probeAbilities(ground);
  process.stderr.write(`${describeAbilities(ground, abilities)}\n`);
  checkAbilities(options, checked, abilities);
  const startedAt = new Date();
  const host = hostname();
  const captureId = captureIdOf(host, startedAt);
  let capture: CaptureStatus | undefined;
  const processes = options.processes ? new ProcessNames(new ProcessFinder()) : undefined;
  const source = options.read === undefined ? ("network" as const) : ("pipe" as const);
  const server = await openStatus(checked, () =>
    statusOf({
      host,
      captureId,
      startedAt: startedAt.toISOString(),
      source,
      ground,
      abilities,
      capture,
      processes: processes?.counts,
    }),
  );
  const order = await orderOf(options, checked, { captureId, host, statusPort: server?.port });
  const output = new Output();
  const records = outputOf(options, output);
  const stop = stopOnSignals();
  try {
    records.begin?.();
    await output.flush();
    if (options.read !== undefined) {
      process.stderr.write(`reading ${options.read === "-" ? "standard input" : options.read}\n`);
      await runPipe(
        options.read,
        order,
        (record) => records.record(record),
        () => output.flush(),
        stop.signal,
      );
    } else
      await runCapture(
        new URL("./agent-worker.js", import.meta.url),
        order,
        {
          ready: () => process.stderr.write(`watching ${options.interface}; stop with Ctrl-C\n`),
          records(batch) {
            for (const record of processes?.named(batch) ?? batch) records.record(record);
            return output.flush();
          },
          status: (status) => {
            capture = status;
          },
        },
        stop.signal,
      );
    await output.flush();
  } finally {
    stop.release();
    server?.close();
  }
  return ExitCode.ok;
}

/** Throws where the options take an ability that is missing here. */
function checkAbilities(
  { read, bpf }: AgentOptions,
  { vantages }: CheckedOptions,
  abilities: readonly Ability[],
): void {
  if (read !== undefined) return;
  const needed: readonly [Ability["name"], boolean][] = [
    ["packets", true],
    ["filters", bpf !== undefined],
    ["namespaces", vantages.some(({ namespace }) => namespace !== undefined)],
  ];
  for (const [name, isNeeded] of needed) {
    const ability = abilities.find((each) => each.name === name);
    if (isNeeded && ability?.has === false)
      throw new WeirError(
        "CAPTURE_UNAVAILABLE",
        ability.why,
        "Without the rights, packets can be piped in: tcpdump -U -w - | weir agent --read -",
      );
  }
}

async function openStatus(
  { statusPort }: CheckedOptions,
  status: Parameters<typeof serveStatus>[1],
): Promise<StatusServer | undefined> {
  if (statusPort === undefined) return undefined;
  const server = await serveStatus(statusPort, status);
  process.stderr.write(`status: http://127.0.0.1:${server.port}/status\n`);
  return server;
}

async function orderOf(
  options: AgentOptions,
  checked: CheckedOptions,
  about: { readonly captureId: string; readonly host: string; readonly statusPort: number | undefined },
): Promise<AgentOrder> {
  const { vantages, snapBytes, ringBytes } = checked;
  return {
    captureId: about.captureId,
    name: about.host,
    names: await namesOf(options.names),
    config: await readConfigFile(options.config),
    vantages,
    expression: options.bpf,
    snapBytes,
    ringBytes,
    isPromiscuous: options.promiscuous === true,
    dissect: options.calls,
    own: about.statusPort === undefined ? [] : [{ address: LOOPBACK, port: about.statusPort }],
  };
}

/** One run of an agent on a host: `live-web1-20261121T163402Z`. */
function captureIdOf(host: string, startedAt: Date): string {
  return `live-${host}-${startedAt.toISOString().replace(/[-:]|\.\d+/g, "")}`;
}
