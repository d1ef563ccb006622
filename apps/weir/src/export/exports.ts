import { hostname } from "node:os";
import { WeirError } from "@weir/base";
import type { ExportState } from "@weir/http-contract";
import type { Call, Connection, Finding } from "@weir/model";
import { type OneVantage, TrafficSince } from "@weir/send";
import type { LiveRecord } from "../agent/messages.ts";
import { VERSION } from "../version.ts";
import { type Endpoint, endpointsOf } from "./endpoints.ts";
import { FlowExport } from "./flows/flow-export.ts";
import type { ExportTargets, FlowTarget, OtlpTarget } from "./options.ts";
import { httpTransport } from "./otlp/http-transport.ts";
import { OtlpExport } from "./otlp/otlp-export.ts";
import type { Transport } from "./otlp/transport.ts";

const OTLP_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "grpc:": 4317, "grpcs:": 4317 };

/** Everything that is sent to others, from an agent as from a hub: records in, OTLP and flow records out. */
export class Exports {
  readonly #otlp: OtlpExport | undefined;
  readonly #flows: readonly FlowExport[];
  readonly #traffic = new TrafficSince();
  readonly #vantages: OneVantage | undefined;
  /** Where it sends to: an agent leaves that out of what it captures. */
  readonly endpoints: readonly Endpoint[];

  private constructor(
    otlp: OtlpExport | undefined,
    flows: readonly FlowExport[],
    endpoints: readonly Endpoint[],
    vantages: OneVantage | undefined,
  ) {
    this.#vantages = vantages;
    this.#otlp = otlp;
    this.#flows = flows;
    this.endpoints = endpoints;
  }

  /** Opens the ways out; `instance` names the agent or the hub. `vantages`: who hears of several, so that sums count a conversation once. Throws where a receiver's name has no address. */
  static async open(
    { otlp, flows }: ExportTargets,
    instance: string,
    log: (line: string) => void,
    vantages?: OneVantage,
  ): Promise<Exports> {
    const toOtlp = otlp === undefined ? [] : await otlpEndpoints(otlp);
    const toFlows = await Promise.all(
      flows.map(({ hostname: host, port, format }) => endpointsOf(host, port, `--${format}`, "udp")),
    );
    return new Exports(
      otlp && (await openOtlp(otlp, instance, log)),
      flows.map((flow, at) => openFlow(flow, toFlows[at] ?? [])),
      [...toOtlp, ...toFlows.flat()],
      vantages,
    );
  }

  /** A record of an agent, of whatever kind. */
  take(record: LiveRecord): void {
    if (this.endpoints.length === 0) return;
    if (record.kind === "connection") this.connection(record.record, record.report);
    else if (record.kind === "call") this.call(record.record);
    else if (record.kind === "finding") this.finding(record.record);
  }

  call(call: Call): void {
    this.#otlp?.call(call, this.#isCounted(call));
  }

  finding(finding: Finding): void {
    this.#otlp?.finding(finding);
  }

  /** A connection that has begun, goes on (`update`), or is over. */
  connection(connection: Connection, report: "start" | "update" | "end"): void {
    if (report === "end") {
      const traffic = this.#traffic.end(connection);
      const isCounted = this.#isCounted(connection);
      this.#otlp?.connectionEnd(connection, traffic, isCounted);
      if (isCounted) for (const flow of this.#flows) flow.connection(connection, traffic, true);
      return;
    }
    const traffic = report === "update" ? this.#traffic.update(connection) : undefined;
    this.#otlp?.connectionReport(connection, traffic);
    if (traffic !== undefined) for (const flow of this.#flows) flow.connection(connection, traffic, false);
  }

  /** False where another vantage counts the conversation. */
  #isCounted(seen: Call | Connection): boolean {
    return this.#vantages?.leads(seen) ?? true;
  }

  /** How it goes, one line per way out. */
  view(): ExportState[] {
    return [...(this.#otlp?.view() ?? []), ...this.#flows.map((flow) => flow.view())];
  }

  /** Sends what is left, as far as it is taken in time. */
  async stop(): Promise<void> {
    await Promise.all([this.#otlp?.stop(), ...this.#flows.map((flow) => flow.stop())]);
  }
}

/** The way to a receiver of OTLP, by its address. */
export async function otlpTransport({ url, headers }: Pick<OtlpTarget, "url" | "headers">): Promise<Transport> {
  if (!url.protocol.startsWith("grpc")) return httpTransport(url, headers);
  // Loaded only where it is wanted: gRPC is large, and an agent stays.
  const { grpcTransport } = await import("./otlp/grpc-transport.ts");
  return grpcTransport(url, headers);
}

function otlpEndpoints({ url }: OtlpTarget): Promise<Endpoint[]> {
  const port = url.port === "" ? (OTLP_PORTS[url.protocol] ?? 0) : Number(url.port);
  return endpointsOf(url.hostname, port, "--otlp");
}

async function openOtlp(target: OtlpTarget, instance: string, log: (line: string) => void): Promise<OtlpExport> {
  return new OtlpExport({
    ...target,
    transport: await otlpTransport(target),
    version: VERSION,
    observer: {
      "service.name": "weir",
      "service.instance.id": instance,
      "service.version": VERSION,
      "host.name": hostname(),
    },
    log,
  });
}

function openFlow(
  { format, enterprise, hostname: host, port }: FlowTarget,
  endpoints: readonly Endpoint[],
): FlowExport {
  // IPv4 first: collectors that listen on one of the two mostly listen there.
  const found = endpoints.find(({ address }) => address.length === 4) ?? endpoints[0];
  if (found === undefined) throw new WeirError("CONFIG_INVALID", `${host} has no address`, `Check --${format}`);
  return new FlowExport({ format, enterprise, target: `${host}:${port}`, endpoint: found });
}
