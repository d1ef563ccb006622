import { readFileSync } from "node:fs";
import { parseConntrack } from "@weir/identity";
import type { Connection } from "@weir/model";
import { forgetOldest } from "../forget-oldest.ts";
import { type TranslationEvents, translationKey } from "./translation-events.ts";

/** It is read no sooner than this again, and no sooner than so many times what reading it took. */
const PAUSE_MS = 200;
const PAUSE_TIMES_COST = 20;
/** Translations of connections that are remembered while they are open. */
const MAX_KEPT = 100_000;

type Ends = Pick<
  Connection,
  "connectionId" | "transport" | "clientAddress" | "clientPort" | "serverAddress" | "serverPort"
>;

/** Whether the node's address translation can be read, and why not. */
export interface TranslationAbility {
  readonly has: boolean;
  readonly why: string;
}

/**
 * Who really answers for a Service's address, as the node's kernel translates it: by its events as translations begin, where it gives them to us, and by its
 * table, which is read only when somebody asks. What was found is remembered until the connection ends.
 */
export class Translations {
  readonly #path: string;
  readonly #nowMs: () => number;
  readonly #events: TranslationEvents | Error;
  #answering = new Map<string, string>();
  readonly #kept = new Map<string, string>();
  #readableAtMs = Number.NEGATIVE_INFINITY;
  #failure: string | undefined;

  /** `events` says why there are none where there are none. */
  constructor(path: string, events: TranslationEvents | Error, nowMs: () => number = () => performance.now()) {
    this.#path = path;
    this.#events = events;
    this.#nowMs = nowMs;
    this.#read();
  }

  get ability(): TranslationAbility {
    const has = "the kernel says which pod answers for a Service's address";
    const table = this.#failure ?? this.#path;
    if (!(this.#events instanceof Error)) {
      const { overruns } = this.#events;
      const lost = overruns === 0 ? "" : `, ${overruns} times more than could be read`;
      return { has: true, why: `${has}: its events${lost}; ${table}` };
    }
    return this.#failure === undefined
      ? { has: true, why: `${has}: ${table}; no events, so that short connections are missed: ${this.#events.message}` }
      : { has: false, why: `${this.#failure}; ${this.#events.message}` };
  }

  /** The address that answers in the place of the server's; undefined where it is not translated, or not known to be. */
  find(ends: Ends): string | undefined {
    const kept = this.#kept.get(ends.connectionId);
    if (kept !== undefined) return kept;
    const key = translationKey({ ...ends, askedAddress: ends.serverAddress, askedPort: ends.serverPort });
    const told = this.#events instanceof Error ? undefined : this.#events.find(key);
    if (told === undefined && !this.#answering.has(key)) this.#read();
    const found = told ?? this.#answering.get(key);
    if (found !== undefined) this.#keep(ends.connectionId, found);
    return found;
  }

  forget(connectionId: string): void {
    this.#kept.delete(connectionId);
  }

  close(): void {
    if (!(this.#events instanceof Error)) this.#events.close();
  }

  #keep(connectionId: string, address: string): void {
    this.#kept.set(connectionId, address);
    forgetOldest(this.#kept, MAX_KEPT);
  }

  #read(): void {
    const startedAtMs = this.#nowMs();
    if (startedAtMs < this.#readableAtMs) return;
    try {
      const found = parseConntrack(readFileSync(this.#path, "utf8"));
      this.#failure = undefined;
      this.#answering = new Map(found.map((each) => [translationKey(each), each.answeringAddress]));
    } catch (error) {
      this.#failure = whyNot(this.#path, error as NodeJS.ErrnoException);
    }
    const endedAtMs = this.#nowMs();
    this.#readableAtMs = endedAtMs + Math.max(PAUSE_MS, (endedAtMs - startedAtMs) * PAUSE_TIMES_COST);
  }
}

function whyNot(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === "EACCES" || code === "EPERM") return `reading ${path} takes root`;
  if (code === "ENOENT")
    return `${path} is not there: nothing is translated here, or the kernel was built without it (CONFIG_NF_CONNTRACK_PROCFS)`;
  return `${path} cannot be read: ${message}`;
}
