import { hostname } from "node:os";
import { WeirError } from "@weir/base";
import { type Ability, type Ground, namespaceInodes, probeAbilities, probeGround } from "@weir/capture";
import type { AgentRequest } from "@weir/http-contract";
import type { Capture } from "@weir/model";
import { readConfigFile } from "../config-file.ts";
import { Exports } from "../export/exports.ts";
import { ExitCode } from "../failure.ts";
import { namesOf } from "../read/names-option.ts";
import { Output } from "../read/output.ts";
import { type AgentAbility, wantedKernelAbilities, withCosts } from "./abilities.ts";
import { type CaptureListener, runCapture } from "./capture-worker.ts";
import type { Doing } from "./control/agent-control.ts";
import { ControlLink } from "./control/control-link.ts";
import { CpuMeter } from "./cpu/cpu-meter.ts";
import { giveWay } from "./cpu/priority.ts";
import { describeAbilities } from "./describe.ts";
import { PacketHistory } from "./history/packet-history.ts";
import { HubLink, hubClientOf, hubEndpoints } from "./hub/hub-link.ts";
import { IdentityLink } from "./identity/identity-link.ts";
import { KernelFindings } from "./kernel/kernel-findings.ts";
import { KernelLink } from "./kernel/kernel-link.ts";
import { Tidying } from "./memory/tidying.ts";
import type { AgentOrder, CaptureStatus, LiveRecord } from "./messages.ts";
import { type AgentOptions, type CheckedOptions, checkAgentOptions } from "./options.ts";
import { outputOf, wantedRecords } from "./outputs.ts";
import { ProcessFinder } from "./processes/process-finder.ts";
import { ProcessNames } from "./processes/process-names.ts";
import { profileRecords } from "./profiles/profile-records.ts";
import { stopOnSignals } from "./signals.ts";
import { type AgentStatus, type StatusServer, serveStatus, statusOf } from "./status.ts";
import { runShared } from "./workers/run-shared.ts";

/** Before the capture worker has told anything. */
const NOTHING_KEPT = { packets: 0, skippedPackets: 0, problem: "" } as const;
const LOOPBACK = new Uint8Array([127, 0, 0, 1]);

/** One run of the agent: what it is, and what it has seen so far. */
interface Run {
  readonly options: AgentOptions;
  readonly checked: CheckedOptions;
  readonly ground: Ground;
  /** Those that do not change. */
  readonly grounded: readonly Ability[];
  /** Absent where a pipe is read. */
  readonly kernel: KernelLink | undefined;
  readonly host: string;
  readonly captureId: string;
  readonly startedAt: Date;
  readonly cpu: CpuMeter;
  /** Absent where processes are not looked for. */
  readonly processes: ProcessNames | undefined;
  readonly identity: IdentityLink;
  /** Absent where no packets are kept. */
  readonly history: PacketHistory | undefined;
  /** Absent where no hub gets the records. */
  readonly link: HubLink | undefined;
  /** What the hub has the agent do. */
  readonly control: ControlLink;
  /** Ends of our own connections, but for the status endpoint's. */
  readonly own: AgentOrder["own"];
  readonly exports: Exports;
  /** Last told by the capture worker. */
  seen: { readonly status: CaptureStatus; readonly capture: Capture } | undefined;
}

/** Watches the traffic until Ctrl-C, SIGTERM or the end of the pipe. Returns the exit code. */
export async function runAgent(options: AgentOptions): Promise<number> {
  const run = await beginRun(options);
  const abilities = abilitiesOf(run);
  process.stderr.write(`${describeAbilities(run.ground, abilities)}\n`);
  checkAbilities(options, run.checked, abilities);
  const server = await openStatus(run);
  const order = await orderOf(run, server?.port);
  const output = new Output();
  const stop = stopOnSignals();
  try {
    run.link?.start(
      () => ({ status: statusNow(run), capture: run.seen?.capture }),
      (request) => answer(run, request),
      run.control,
    );
    await watch(run, order, output, stop.signal);
    await Promise.all([run.link?.stop(), run.exports.stop()]);
    await output.flush();
  } finally {
    stop.release();
    server?.close();
    run.control.stop();
    await run.kernel?.stop();
    await run.identity.stop();
  }
  return ExitCode.ok;
}

async function beginRun(options: AgentOptions): Promise<Run> {
  const checked = checkAgentOptions(options);
  giveWay(checked.nice);
  const ground = probeGround();
  const startedAt = new Date();
  const cpu = new CpuMeter();
  cpu.start();
  const host = hostname();
  const agentId = options.agentId ?? host;
  const captureId = captureIdOf(agentId, startedAt);
  const { hub: url, tokenFile, spool: spoolFolder } = options;
  const tls = { ca: options.hubCa, cert: options.hubCert, key: options.hubCertKey };
  const log = (line: string) => process.stderr.write(`weir: ${line}\n`);
  const { spoolBytes, historyLimits } = checked;
  const isLive = options.read === undefined;
  const exports = await Exports.open(checked.exports, agentId, log);
  const client = url === undefined ? undefined : await hubClientOf({ url, tokenFile, tls, agentId, log });
  const own = [...(url === undefined ? [] : await hubEndpoints(url)), ...exports.endpoints];
  const control = new ControlLink({ options, agentId, snapBytes: checked.snapBytes, own, log });
  const wanted = ({ settings }: Doing) => wantedKernelAbilities(options, settings.abilities ?? {});
  const kernelEntry = new URL("./kernel-worker.js", import.meta.url);
  const kernel = isLive ? await KernelLink.start(kernelEntry, wanted(control.doing), checked) : undefined;
  control.onAbilities = async (doing) => {
    await kernel?.change(wanted(doing));
    return kernel?.has("tlsPlaintext") === true;
  };
  return {
    options,
    checked,
    ground,
    grounded: probeAbilities(ground),
    kernel,
    host,
    captureId,
    startedAt,
    cpu,
    processes: options.processes && isLive ? new ProcessNames(new ProcessFinder(), kernel?.sockets) : undefined,
    identity: await IdentityLink.start({ ...options, engines: checked.engines, hub: client }),
    history: options.history !== undefined && isLive ? new PacketHistory(options.history, historyLimits) : undefined,
    link: client && new HubLink({ client, captureId, spoolFolder, spoolBytes, log }),
    control,
    own,
    exports,
    seen: undefined,
  };
}

/** Reads packets until there are no more, or the signal; records go where the options say. */
async function watch(run: Run, order: AgentOrder, output: Output, signal: AbortSignal): Promise<void> {
  const { options, processes, identity, history, link, kernel, control, exports } = run;
  // Who sends elsewhere looks there; records on standard output as well only where asked for.
  const isSent = link !== undefined || exports.endpoints.length > 0;
  const printed = isSent && options.json !== true ? undefined : outputOf(options, output);
  const give = (named: LiveRecord) => {
    const record = control.pass(named);
    printed?.record(record);
    link?.add(record);
    exports.take(record);
  };
  identity.begin(give);
  if (kernel !== undefined)
    kernel.onProfiles = (profiles) => profileRecords(profiles, identity, run.captureId).forEach(give);
  printed?.begin?.();
  await output.flush();
  if (options.read !== undefined) {
    process.stderr.write(`reading ${options.read === "-" ? "standard input" : options.read}\n`);
    const { runPipe } = await import("./run-pipe.ts");
    await runPipe(
      options.read,
      order,
      (record) => identity.take([record]),
      () => output.flush(),
      signal,
    );
    await identity.finish();
    return;
  }
  const tidying = new Tidying(performance.now());
  kernel?.watchConnects(namespaceInodes(order.vantages));
  const unseen = (isLast: boolean) => kernel?.unseenConnects(isLast) ?? [];
  const kernelFindings = new KernelFindings(run.captureId, order.config, unseen, performance.now());
  const listener: CaptureListener = {
    ready(say) {
      if (kernel !== undefined) kernel.onTexts = (texts) => say({ kind: "texts", texts });
      control.ready(say);
      if (history !== undefined) history.onFlush = () => say({ kind: "flushHistory" });
      process.stderr.write(`watching ${options.interface}; stop with Ctrl-C\n`);
    },
    segment: (segment) => history?.add(segment),
    historyFlushed: () => history?.flushed(),
    records(batch) {
      const named = processes?.named(batch) ?? batch;
      identity.take(kernelFindings.judged(kernel?.completed(named) ?? named, performance.now()));
      return output.flush();
    },
    status(status, capture) {
      run.seen = { status, capture };
      void tidying.tick(performance.now());
    },
    onNames: (tell) => identity.onNames(tell),
  };
  const worker = new URL("./agent-worker.js", import.meta.url);
  const { workers } = run.checked;
  if (workers === 1) await runCapture(worker, order, listener, signal);
  else await runShared(worker, order, workers, listener, signal);
  await kernel?.stop();
  await identity.finish();
}

function statusNow(run: Run): AgentStatus {
  const { host, captureId, startedAt, ground, options, seen, identity, history, link, kernel } = run;
  return statusOf({
    host,
    captureId,
    startedAt: startedAt.toISOString(),
    source: options.read === undefined ? "network" : "pipe",
    ground,
    abilities: withCosts(abilitiesOf(run), kernel?.counts.costs ?? []),
    capture: seen?.status,
    processes: run.processes?.counts,
    drops: kernel?.counts.drops ?? [],
    homelessTexts: kernel?.counts.homelessTexts ?? 0,
    profiles: kernel?.counts.profiles,
    hub: link?.counts(),
    control: run.control.state,
    exports: run.exports.view(),
    identity: identity.status,
    cpuParts: run.cpu.parts(),
    history: history?.view(seen?.status.history ?? NOTHING_KEPT),
  });
}

/** All abilities: those that are tried by us, and those that the kernel worker tried last. */
function abilitiesOf({ grounded, kernel }: Run): AgentAbility[] {
  return [...grounded, ...(kernel?.abilities ?? [])];
}

/** Does what the hub asks of this agent. */
async function answer({ history }: Run, request: AgentRequest): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (history === undefined)
    throw new WeirError("NOT_FOUND", "the agent keeps no packets", "Start it with --history DIR");
  return history.answer(request);
}

/** Throws where the options take an ability that is missing here. */
function checkAbilities(
  { read, bpf }: AgentOptions,
  { vantages }: CheckedOptions,
  abilities: readonly AgentAbility[],
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

async function openStatus(run: Run): Promise<StatusServer | undefined> {
  const { statusPort } = run.checked;
  if (statusPort === undefined) return undefined;
  const server = await serveStatus(statusPort, () => statusNow(run));
  process.stderr.write(`status: http://127.0.0.1:${server.port}/status\n`);
  return server;
}

async function orderOf(
  { options, checked, captureId, host, kernel, control, own, exports }: Run,
  statusPort: number | undefined,
): Promise<AgentOrder> {
  const { vantages, ringBytes } = checked;
  const toStatus = statusPort === undefined ? [] : [{ address: LOOPBACK, port: statusPort }];
  return {
    captureId,
    name: options.agentId ?? host,
    names: await namesOf(options.names),
    config: await readConfigFile(options.config),
    vantages,
    settings: control.capture,
    ringBytes,
    isPromiscuous: options.promiscuous === true,
    dissect: options.calls,
    wants: wantedRecords(options, exports),
    awaitsPlainText: kernel?.has("tlsPlaintext") === true,
    history: options.read === undefined ? options.history : undefined,
    own: [...toStatus, ...own],
  };
}

/** One run of an agent, to the millisecond: `live-web1-20261121T163402123Z`. Of a name only what fits into files and addresses. */
function captureIdOf(agentId: string, startedAt: Date): string {
  const name = agentId.replace(/[^\w.-]+/g, "-");
  return `live-${name}-${startedAt.toISOString().replace(/[-:.]/g, "")}`;
}
