import { createSocket, type Socket } from "node:dgram";
import type { ExportState } from "@weir/http-contract";
import type { Connection } from "@weir/model";
import { FlowExporter, type FlowFormatOut, type Traffic } from "@weir/send";
import { ExportCounts } from "../counts.ts";
import type { Endpoint } from "../endpoints.ts";

/** Datagrams that the system has not taken yet, at most; what comes then is lost, and counted. */
const MAX_WAITING_BYTES = 4 << 20;
/** Records gather so long at most. */
const FLUSH_EVERY_MS = 1_000;
const TITLES: Readonly<Record<FlowFormatOut, string>> = { ipfix: "IPFIX", netflow9: "NetFlow 9" };

export interface FlowExportOptions {
  readonly format: FlowFormatOut;
  /** As the user wrote it. */
  readonly target: string;
  readonly endpoint: Endpoint;
  readonly enterprise: number;
}

/** Connections as flow records, in datagrams to a collector. Nobody answers: what is counted as sent has left, no more. */
export class FlowExport {
  readonly #options: FlowExportOptions;
  readonly #exporter: FlowExporter;
  readonly #counts = new ExportCounts();
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  /** Records in the datagram that is not full yet. */
  #gathered = 0;
  #waitingBytes = 0;
  #idle: () => void = () => undefined;

  constructor(options: FlowExportOptions) {
    const { format, enterprise, endpoint } = options;
    this.#options = options;
    this.#exporter = new FlowExporter({ format, enterprise, observationDomain: 1, startMs: Date.now() });
    this.#socket = createSocket(endpoint.address.length === 16 ? "udp6" : "udp4");
    // A collector that is away may be told by ICMP, on any later datagram.
    this.#socket.on("error", (error) => this.#counts.problem(error.message, Date.now()));
    this.#timer = setInterval(() => this.#flush(), FLUSH_EVERY_MS);
    // What is sent does not keep a program alive that could not begin.
    this.#timer.unref();
    this.#socket.unref();
  }

  /** Takes what went over a connection since it was told last. */
  connection(connection: Connection, traffic: Traffic, isOver: boolean): void {
    const nowMs = Date.now();
    const { records, datagrams } = this.#exporter.add(connection, traffic, isOver, nowMs);
    const isUnknown = connection.clientAddress === "" || connection.serverAddress === "";
    if (isUnknown) this.#counts.dropped("noAddress", 1, connection.connectionId, nowMs);
    for (const datagram of datagrams) this.#send(datagram, this.#takeGathered());
    this.#gathered += records;
  }

  view(): ExportState {
    const { format, target } = this.#options;
    return { name: format, title: TITLES[format], target, ...this.#counts.view() };
  }

  /** Sends what is left. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    if (this.#waitingBytes > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    this.#socket.close();
  }

  #flush(): void {
    const datagram = this.#exporter.flush(Date.now());
    if (datagram !== undefined) this.#send(datagram, this.#takeGathered());
  }

  #takeGathered(): number {
    const gathered = this.#gathered;
    this.#gathered = 0;
    return gathered;
  }

  #send(datagram: Uint8Array, records: number): void {
    const { endpoint } = this.#options;
    if (this.#waitingBytes + datagram.length > MAX_WAITING_BYTES) {
      this.#counts.dropped("queueFull", records, `${MAX_WAITING_BYTES} bytes wait for the system`, Date.now());
      return;
    }
    this.#waitingBytes += datagram.length;
    this.#counts.waiting += records;
    this.#socket.send(datagram, endpoint.port, endpoint.host, (error) => {
      this.#waitingBytes -= datagram.length;
      this.#counts.waiting -= records;
      if (error === null) this.#counts.sent(records);
      else this.#counts.dropped("notSent", records, error.message, Date.now());
      this.#counts.problem(error?.message ?? "", Date.now());
      if (this.#waitingBytes === 0) this.#idle();
    });
  }
}
