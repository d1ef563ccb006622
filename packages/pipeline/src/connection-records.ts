import { type UnixNs, unixNsAt } from "@weir/base";
import type { AttemptSummary, OpenConnection } from "@weir/flow";
import { type Connection, type ConnectionHealth, type GradeReason, gradeOf } from "@weir/model";
import type { Attachment } from "./attachment.ts";
import type { ConnectionReport, OpenEnds, PipelineOptions } from "./contract.ts";

/** Names of an end in which attempts that were summed up differ. */
const SEVERAL = { clients: "several clients", servers: "several servers" } as const;

/** Grade reasons that a report on an open connection does not have: nothing has ended, and after one packet nothing is missing. */
const NOT_YET: Readonly<Record<ConnectionReport, readonly GradeReason[]>> = {
  start: ["captureEnded", "oneDirection"],
  update: ["captureEnded"],
};

/** Makes records of connections: their numbers, who is at both ends, and when they were. */
export class ConnectionRecords {
  readonly #options: Pick<PipelineOptions, "captureId" | "names">;
  /** Absolute time of the capture's first packet. */
  startUnixNs: UnixNs = 0n;

  constructor(options: Pick<PipelineOptions, "captureId" | "names">) {
    this.#options = options;
  }

  /** Attempts that were summed up are a connection record of their own. */
  ofAttempts({ health, startedAtNs }: AttemptSummary): Connection {
    const { captureId, names } = this.#options;
    const { clientAddress, serverAddress } = health;
    return Object.assign(health, {
      captureId,
      // A single one is the connection that it was.
      connectionId:
        health.attempts === 1 ? this.idOf(health) : `${captureId}-${health.transport}-attempts-${health.firstPacket}`,
      protocol: "",
      clientService: clientAddress === "" ? SEVERAL.clients : this.#nameOf(clientAddress, startedAtNs),
      serverService:
        serverAddress === "" ? SEVERAL.servers : names.resolveServer(serverAddress, startedAtNs, undefined).name,
      startedAt: unixNsAt(this.startUnixNs, startedAtNs),
      calls: 0,
      callErrors: 0,
      grade: gradeOf(health.gradeReasons as readonly GradeReason[]),
    });
  }

  /** Whose a connection is that is not over. */
  endsOf(connection: OpenConnection): OpenEnds {
    const { transport, streamNumber, clientAddress, clientPort, serverAddress, serverPort, startedAtNs } = connection;
    const attachment = connection.attachment as Attachment | undefined;
    return {
      captureId: this.#options.captureId,
      connectionId: this.idOf(connection),
      transport,
      streamNumber,
      clientAddress,
      clientPort,
      clientService: this.#nameOf(clientAddress, startedAtNs),
      serverAddress,
      serverPort,
      serverService: this.#serverNameOf(connection, attachment),
      startedAt: unixNsAt(this.startUnixNs, startedAtNs),
    };
  }

  /** A connection that is not over: how it ends and what it lacks is not known yet. */
  soFar(connection: OpenConnection, health: ConnectionHealth, report: ConnectionReport): Connection {
    const gradeReasons = health.gradeReasons.filter(
      (reason) => !(NOT_YET[report] as readonly string[]).includes(reason),
    );
    return this.of(connection, Object.assign(health, { closeReason: "open" as const, gradeReasons }));
  }

  /** The record of a connection. The numbers are handed over: completing them in place is many times faster than copying ninety fields. */
  of(connection: OpenConnection, health: ConnectionHealth): Connection {
    const attachment = connection.attachment as Attachment | undefined;
    const gradeReasons = health.gradeReasons as GradeReason[];
    if (attachment?.isShed === true) gradeReasons.push("overload");
    return Object.assign(health, {
      captureId: this.#options.captureId,
      connectionId: this.idOf(connection),
      protocol: attachment?.recogniser?.protocol ?? attachment?.protocol ?? "",
      clientService: this.#nameOf(connection.clientAddress, connection.startedAtNs),
      serverService: this.#serverNameOf(connection, attachment),
      startedAt: unixNsAt(this.startUnixNs, connection.startedAtNs),
      calls: attachment?.calls ?? 0,
      callErrors: attachment?.callErrors ?? 0,
      tlsServerName: attachment?.names?.tlsServerName,
      grade: gradeOf(gradeReasons),
    });
  }

  /** Identity of a connection. */
  idOf({ transport, streamNumber }: Pick<OpenConnection, "transport" | "streamNumber">): string {
    return `${this.#options.captureId}-${transport}-${streamNumber}`;
  }

  #serverNameOf({ serverAddress, startedAtNs }: OpenConnection, attachment: Attachment | undefined): string {
    const hinted = attachment?.names?.tlsServerName ?? attachment?.names?.host;
    return this.#options.names.resolveServer(serverAddress, startedAtNs, hinted).name;
  }

  #nameOf(address: string, atNs: number): string {
    return this.#options.names.resolve(address, atNs).name;
  }
}
