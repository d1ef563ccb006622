import type { KeyObject } from "node:crypto";
import { WeirError } from "@weir/base";
import type {
  AgentOrders,
  AgentSettings,
  Control,
  ControlRule,
  ControlState,
  SignedControl,
} from "@weir/http-contract";
import { endsAtMs, type Receipt } from "../../control/rules.ts";
import { settingsOf } from "../../control/settings.ts";
import { keyIdOf, publicKeyOf, readControl } from "../../control/signature.ts";
import type { ControlFolder, KeptControl } from "./control-folder.ts";

/** What the agent does by its hub's word. */
export interface Doing {
  readonly settings: AgentSettings;
  /** Temporary rules that are on. */
  readonly rules: readonly ControlRule[];
}

export interface AgentControlOptions {
  readonly folder: ControlFolder;
  readonly agentId: string;
  /** The hub's key where it is told at start; else the first key that the hub shows is trusted from then on. */
  readonly hubKey: string | undefined;
  /** Why settings cannot be done here; undefined where they can. */
  readonly check: (settings: AgentSettings) => string | undefined;
  /** Hears of everything that changes, the end of a rule too. */
  readonly changed: (doing: Doing) => void;
  readonly log: (line: string) => void;
}

/** Timers take no longer times. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Follows the hub: takes what it signed, keeps it on disk, and ends temporary rules by itself. */
export class AgentControl {
  readonly #options: AgentControlOptions;
  #kept: KeptControl;
  #key: KeyObject | undefined;
  #control: Control | undefined;
  #refused: ControlState["refused"];
  #offered = "";
  /** Rules that are on, and when they end by our clock. */
  readonly #rules = new Map<
    string,
    { readonly rule: ControlRule; readonly endsUnixMs: number; timer: NodeJS.Timeout }
  >();

  /** Takes up what was kept. With another `hubKey` than was trusted before, what that one signed is forgotten. Throws CONFIG_INVALID where it is no key. */
  constructor(options: AgentControlOptions) {
    const { folder, hubKey } = options;
    this.#options = options;
    this.#kept = folder.read();
    if (hubKey !== undefined && this.#kept.publicKey !== hubKey) this.#keep({ publicKey: hubKey });
    if (this.#kept.publicKey !== undefined) this.#key = publicKeyOf(this.#kept.publicKey);
    this.#resume();
  }

  /** What is done now. */
  get doing(): Doing {
    return { settings: this.#settings, rules: [...this.#rules.values()].map(({ rule }) => rule) };
  }

  /** Names what was offered last, taken or not: the hub need not offer it again. */
  get have(): string {
    return this.#offered;
  }

  get state(): ControlState {
    const { publicKey } = this.#kept;
    return {
      isAllowed: true,
      ...(publicKey !== undefined && { keyId: keyIdOf(publicKey) }),
      ...(this.#control !== undefined && { version: this.#control.version }),
      ...(this.#refused !== undefined && { refused: this.#refused }),
      settings: this.#settings,
      rules: [...this.#rules].map(([ruleId, { endsUnixMs }]) => ({ ruleId, endsUnixMs })),
    };
  }

  /** Takes what the hub offers, where it may be taken. False where it was refused. */
  offer({ publicKey, control, hubUnixMs }: AgentOrders, nowMs: number): boolean {
    if (control === undefined) return true;
    this.#offered = control.signature;
    const refusal = this.#tryToTake(control, publicKey, { atUnixMs: nowMs, hubOffsetMs: hubUnixMs - nowMs });
    if (refusal !== undefined) this.#options.log(`the hub's configuration is not taken: ${refusal.why}`);
    this.#refused = refusal;
    return refusal === undefined;
  }

  stop(): void {
    for (const { timer } of this.#rules.values()) clearTimeout(timer);
  }

  /** A key that is none, or a disk that is full, is a reason not to take it, and none to end. */
  #tryToTake(signed: SignedControl, shownKey: string, receipt: Receipt): ControlState["refused"] {
    try {
      return this.#take(signed, shownKey, receipt);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      return { why: error.message };
    }
  }

  #take(signed: SignedControl, shownKey: string, receipt: Receipt): ControlState["refused"] {
    const { publicKey, last } = this.#kept;
    if (publicKey !== undefined && publicKey !== shownKey)
      return { why: `the hub shows the key ${keyIdOf(shownKey)}, and this agent trusts ${keyIdOf(publicKey)}` };
    const key = this.#key ?? publicKeyOf(shownKey);
    const reading = readControl(signed, key, last?.signed);
    if (reading.kind === "refused") return reading;
    // The first key is trusted with the first thing that it signed.
    this.#key = key;
    if (reading.kind === "same") return undefined;
    const { control } = reading;
    const why = this.#options.check(settingsOf(control.config, this.#options.agentId));
    if (why !== undefined) return { version: control.version, why };
    this.#keep({ publicKey: shownKey, last: { signed, receipt } });
    this.#do(control, receipt);
    this.#options.changed(this.doing);
    return undefined;
  }

  /** Does what was kept, as long as it is what the trusted key signed, and can be done here. */
  #resume(): void {
    const { last } = this.#kept;
    if (last === undefined || this.#key === undefined) return;
    const reading = readControl(last.signed, this.#key, undefined);
    if (reading.kind !== "new") {
      this.#refused = { why: `what was kept on disk is not used: ${reading.kind === "refused" ? reading.why : ""}` };
      this.#kept = { publicKey: this.#kept.publicKey };
      return;
    }
    const why = this.#options.check(settingsOf(reading.control.config, this.#options.agentId));
    if (why !== undefined) {
      this.#refused = { version: reading.control.version, why };
      return;
    }
    this.#offered = last.signed.signature;
    this.#do(reading.control, last.receipt);
  }

  #do(control: Control, receipt: Receipt): void {
    this.#control = control;
    this.stop();
    this.#rules.clear();
    const nowMs = Date.now();
    for (const rule of control.rules) {
      const endsUnixMs = endsAtMs(rule, receipt);
      const leftMs = endsUnixMs - nowMs;
      if (leftMs <= 0) continue;
      const timer = setTimeout(() => this.#end(rule), Math.min(leftMs, LONGEST_TIMER_MS));
      timer.unref();
      this.#rules.set(rule.ruleId, { rule, endsUnixMs, timer });
    }
  }

  #end({ ruleId, kind }: ControlRule): void {
    this.#rules.delete(ruleId);
    this.#options.log(`a temporary rule has ended: ${kind} (${ruleId})`);
    this.#options.changed(this.doing);
  }

  /** Throws where the disk does not take it: what is done but not kept would be undone by a restart. */
  #keep(kept: KeptControl): void {
    this.#options.folder.write(kept);
    this.#kept = kept;
  }

  get #settings(): AgentSettings {
    return this.#control === undefined ? {} : settingsOf(this.#control.config, this.#options.agentId);
  }
}

/** The state of an agent that follows nobody. */
export const UNCONTROLLED: ControlState = { isAllowed: false, settings: {}, rules: [] };
