import { readFileSync } from "node:fs";
import { WeirError } from "@weir/base";
import { type AgentOrders, type AgentReport, type AgentRequest, MAX_DROP_CAUSES } from "@weir/http-contract";
import type { Capture } from "@weir/model";
import { captureRecord, toJsonRecord } from "@weir/model";
import { type Endpoint, endpointsOf } from "../../export/endpoints.ts";
import type { LiveRecord } from "../messages.ts";
import type { AgentStatus } from "../status.ts";
import { Batcher } from "./batcher.ts";
import { type ClockMeasure, HubClient } from "./hub-client.ts";
import { type HubTls, hubFetch } from "./hub-fetch.ts";
import { OrdersChannel } from "./orders-channel.ts";
import { Spool } from "./spool.ts";
import { Uploader } from "./uploader.ts";

/** How often gathered records go, and how often the agent reports. */
const FLUSH_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 2_000;
/** At the end the hub gets so long to take what is left; the rest waits on disk for the next run. */
const PATIENCE_MS = 5_000;

/** Does what the hub asks for: packets come back in pieces, other things with nothing. Throws why it cannot. */
export type Answerer = (request: AgentRequest) => Promise<AsyncIterable<Uint8Array> | undefined>;

/** Where the hub is, and who we are to it. */
export interface HubClientWords {
  readonly url: string;
  readonly tokenFile: string | undefined;
  readonly tls: HubTls;
  readonly agentId: string;
  readonly log: (line: string) => void;
}

/** What speaks to the hub. Throws USAGE for what is no address, CONFIG_INVALID where the token or a certificate cannot be read. */
export async function hubClientOf({ url, tokenFile, tls, agentId, log }: HubClientWords): Promise<HubClient> {
  const hub = hubUrl(url);
  return new HubClient({ url: hub, agentId, token: tokenReader(tokenFile), fetch: await hubFetch(hub, tls), log });
}

export interface HubLinkOptions {
  readonly client: HubClient;
  readonly captureId: string;
  readonly spoolFolder: string;
  readonly spoolBytes: number;
  readonly log: (line: string) => void;
}

/** What follows the hub's configuration. */
export interface Follower {
  readonly have: string;
  /** Takes what the hub offers. False where that was refused. */
  offer(orders: AgentOrders): boolean;
}

/** What the hub is told of the agent beside its records. */
export interface Told {
  readonly status: AgentStatus;
  readonly capture: Capture | undefined;
}

/** The way to the hub: records out, reports on the agent, and the hub's clock and orders back. */
export class HubLink {
  readonly #client: HubClient;
  readonly #uploader: Uploader;
  readonly #batcher: Batcher;
  readonly #timers: NodeJS.Timeout[] = [];
  #channel: OrdersChannel | undefined;
  #clock: ClockMeasure | undefined;
  #isReporting = false;

  constructor({ client, captureId, spoolFolder, spoolBytes, log }: HubLinkOptions) {
    this.#client = client;
    this.#uploader = new Uploader(this.#client, new Spool(spoolFolder, spoolBytes), log);
    this.#batcher = new Batcher(captureId, (batch) => this.#uploader.add(batch));
  }

  /** Begins to send, to report what `told` says, to follow the hub, and to have `answer` do what it asks for. */
  start(told: () => Told, answer: Answerer, follower: Follower): void {
    this.#uploader.start();
    this.#channel = new OrdersChannel(this.#client, {
      have: () => follower.have,
      take: (orders) => {
        for (const request of orders.requests) void this.#do(request, answer);
        const isTaken = follower.offer(orders);
        if (orders.control !== undefined) void this.#report(told());
        return isTaken;
      },
    });
    this.#channel.start();
    this.#timers.push(setInterval(() => this.#batcher.flush(), FLUSH_EVERY_MS));
    this.#timers.push(setInterval(() => void this.#report(told()), REPORT_EVERY_MS));
  }

  add(record: LiveRecord): void {
    this.#batcher.add(record);
  }

  /** What waits, and how the clocks differ. */
  counts(): Pick<AgentReport, "waiting" | "clock"> {
    return { waiting: this.#uploader.waiting(Date.now()), ...(this.#clock && { clock: this.#clock }) };
  }

  /** Sends what is left, as far as the hub takes it in time. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await this.#channel?.stop();
    this.#batcher.flush();
    await this.#uploader.stop(PATIENCE_MS);
  }

  async #report({ status, capture }: Told): Promise<void> {
    if (this.#isReporting) return;
    this.#isReporting = true;
    const clock = await this.#client.report({
      version: status.version,
      host: status.host,
      captureId: status.captureId,
      abilities: [...status.abilities],
      drops: status.drops.slice(0, MAX_DROP_CAUSES),
      capture: capture === undefined ? undefined : (toJsonRecord(captureRecord, capture) as AgentReport["capture"]),
      kubernetes: status.identity.kubernetes,
      openConnections: status.capture?.openConnections ?? 0,
      shedding: status.capture?.shedding.level ?? "nothing",
      rssBytes: status.memory.rssBytes,
      cpuNs: status.cpu.userNs + status.cpu.systemNs,
      cpuParts: [...status.cpu.parts],
      ...(status.profiles && { profiles: status.profiles }),
      ...(status.history && { history: status.history }),
      control: status.control,
      ...this.counts(),
    });
    this.#clock = clock ?? this.#clock;
    this.#isReporting = false;
  }

  async #do(request: AgentRequest, answer: Answerer): Promise<void> {
    try {
      await this.#client.answer(request.requestId, await answer(request));
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      await this.#client.refuse(request.requestId, error);
    }
  }
}

/** The hub's ends as they are to be left out of the capture: all its addresses, with its port. */
export function hubEndpoints(text: string): Promise<Endpoint[]> {
  const { hostname, port, protocol } = hubUrl(text);
  const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  return endpointsOf(hostname, number, "--hub", "tcp", "HUB_UNREACHABLE");
}

function hubUrl(text: string): URL {
  if (URL.canParse(text) && /^https?:/.test(text)) return new URL(text);
  throw new WeirError("USAGE", `"${text}" is no address of a hub`, "Write --hub http://hub.example:8686");
}

/** Reads the token's file anew each time: whoever renews a token need not restart the agent. */
function tokenReader(file: string | undefined): () => string | undefined {
  if (file === undefined) return () => undefined;
  const read = () => readFileSync(file, "utf8").trim();
  try {
    let last = read();
    return () => {
      try {
        last = read();
      } catch {
        // It is being replaced, or gone: the token that was there before may still do.
      }
      return last;
    };
  } catch (cause) {
    throw new WeirError("CONFIG_INVALID", `the token file ${file} cannot be read`, "Check --token-file", { cause });
  }
}
