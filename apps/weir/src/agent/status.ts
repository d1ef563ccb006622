import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WeirError } from "@weir/base";
import type { Ground } from "@weir/capture";
import type { AgentReport, ControlState, ExportState } from "@weir/http-contract";
import type { DropTotal } from "@weir/kernel";
import { VERSION } from "../version.ts";
import type { AgentAbility } from "./abilities.ts";
import type { CpuPart } from "./cpu/cpu-meter.ts";
import type { IdentityStatus } from "./identity/identity-link.ts";
import type { CaptureStatus } from "./messages.ts";
import type { ProcessCounts } from "./processes/process-names.ts";

/** What the status endpoint says. */
export interface AgentStatus {
  readonly version: string;
  readonly host: string;
  readonly captureId: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Where packets come from. */
  readonly source: "network" | "pipe";
  readonly ground: Ground;
  readonly abilities: readonly AgentAbility[];
  /** Absent until packets are read. */
  readonly capture: CaptureStatus | undefined;
  /** Absent where processes are not looked for. */
  readonly processes: ProcessCounts | undefined;
  /** Packets that the kernel of this host dropped, by cause, the most first; empty where it does not tell. */
  readonly drops: readonly DropTotal[];
  /** Texts from inside of TLS that were left out, because their socket never became known. */
  readonly homelessTexts: number;
  /** How taking profiles goes; absent where none are taken. */
  readonly profiles: AgentReport["profiles"];
  /** What waits for the hub, and how its clock differs; absent where no hub gets the records. */
  readonly hub: Pick<AgentReport, "waiting" | "clock"> | undefined;
  /** How the agent follows its hub. */
  readonly control: ControlState;
  /** Ways out to others: what was sent, and what is lost and why; empty where there are none. */
  readonly exports: readonly ExportState[];
  /** Of the names that are not the wire's. */
  readonly identity: IdentityStatus;
  /** The packets that are kept; absent where none are. */
  readonly history: AgentReport["history"];
  /** Of the whole program. */
  readonly memory: { readonly rssBytes: number };
  /** CPU time that the program has used, also by its parts, the most first. */
  readonly cpu: { readonly userNs: number; readonly systemNs: number; readonly parts: readonly CpuPart[] };
}

/** The parts that the status is made of. */
export type StatusParts = Omit<AgentStatus, "version" | "memory" | "cpu"> & { readonly cpuParts: readonly CpuPart[] };

/** The status as it is now. */
export function statusOf({ cpuParts, ...parts }: StatusParts): AgentStatus {
  const { user, system } = process.cpuUsage();
  return {
    version: VERSION,
    ...parts,
    memory: { rssBytes: process.memoryUsage.rss() },
    cpu: { userNs: user * 1_000, systemNs: system * 1_000, parts: cpuParts },
  };
}

/** A status endpoint that runs. */
export interface StatusServer {
  readonly port: number;
  close(): void;
}

/** Serves the status on loopback: GET /status. */
export function serveStatus(port: number, status: () => AgentStatus): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const isKnown = request.url === "/status" && (request.method === "GET" || request.method === "HEAD");
    response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(isKnown ? `${JSON.stringify(status())}\n` : '{"hint":"GET /status"}\n');
  });
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new WeirError(
          "PORT_IN_USE",
          `the status endpoint cannot listen on 127.0.0.1:${port}: ${cause.message}`,
          "Another agent may be running; take another port with --status-port, or none with --no-status-port",
          { cause },
        ),
      );
    });
    server.listen(port, "127.0.0.1", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}
