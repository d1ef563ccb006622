import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { WeirError } from "@weir/base";
import {
  type AgentConfig,
  CONTROL_LIMITS,
  type Control,
  type ControlRule,
  type ControlView,
  type SignedControl,
} from "@weir/http-contract";
import { notFound } from "@weir/storage";
import { signControl } from "../../../control/signature.ts";
import { readControlFile, writeControlFile } from "./control-file.ts";
import { type ControlKey, openControlKey } from "./control-key.ts";

/** A configuration that stands in a file of its own. */
export interface ConfigFile {
  readonly path: string;
  readonly config: AgentConfig;
}

export interface AgentControlOptions {
  /** Folder for the key and what was told last. */
  readonly folder: string;
  readonly file: ConfigFile | undefined;
  /** Hears that there is something new for all agents. */
  readonly changed: () => void;
  /** Hears that a rule has ended by itself. */
  readonly ended: (rule: ControlRule) => void;
}

/** Between looks at whether rules have ended. */
const LOOK_EVERY_MS = 1_000;
const MS_PER_MINUTE = 60_000;

/** What the hub tells its agents to do: one signed configuration for all of them, and rules that end by themselves. Kept in the data folder. */
export class AgentControl {
  readonly #options: AgentControlOptions;
  readonly #key: ControlKey;
  readonly #path: string;
  #control: Control;
  #signed: SignedControl;
  #timer: NodeJS.Timeout;

  constructor(options: AgentControlOptions, nowMs: number) {
    this.#options = options;
    const { folder, file } = options;
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, "control.json");
    this.#key = openControlKey(join(folder, "key.pem"));
    const kept = readControlFile(this.#path);
    this.#control = kept ?? { version: 1, issuedUnixMs: nowMs, config: { agents: {} }, rules: [] };
    this.#signed = signControl(this.#control, this.#key.privateKey);
    const isOther = file !== undefined && !isDeepStrictEqual(file.config, this.#control.config);
    if (isOther) this.#publish({ config: file.config }, nowMs);
    else if (kept === undefined) writeControlFile(this.#path, this.#control);
    this.#timer = setInterval(() => this.#endRules(Date.now()), LOOK_EVERY_MS);
  }

  get publicKey(): string {
    return this.#key.publicKey;
  }

  /** What agents shall do, where they have another. */
  offerTo(signature: string): SignedControl | undefined {
    return signature === this.#signed.signature ? undefined : this.#signed;
  }

  view(nowMs: number): ControlView {
    const { publicKey, keyId } = this.#key;
    const { version, config, rules } = this.#control;
    const { file } = this.#options;
    return {
      version,
      keyId,
      publicKey,
      config,
      ...(file !== undefined && { file: file.path }),
      rules: rules.filter(({ untilUnixMs }) => untilUnixMs > nowMs),
    };
  }

  /** Throws CONFIG_INVALID where the configuration stands in a file. */
  assertConfigurable(): void {
    const { file } = this.#options;
    if (file === undefined) return;
    throw new WeirError(
      "CONFIG_INVALID",
      `the configuration of agents stands in ${file.path}`,
      "Change it there and start the hub again, or start the hub without --agent-config",
    );
  }

  /** Tells all agents what to do from now on. */
  configure(config: AgentConfig, nowMs: number): void {
    this.assertConfigurable();
    this.#publish({ config }, nowMs);
  }

  /** Adds a rule that ends by itself. */
  addRule(wanted: Pick<ControlRule, "kind" | "edge" | "by">, minutes: number, nowMs: number): ControlRule {
    const { rules } = this.view(nowMs);
    if (rules.length >= CONTROL_LIMITS.rules)
      throw new WeirError("LIMIT_REACHED", `${rules.length} temporary rules are on`, "End one of them first");
    const untilUnixMs = Math.round(nowMs + minutes * MS_PER_MINUTE);
    const rule = { ruleId: randomUUID(), ...wanted, fromUnixMs: nowMs, untilUnixMs };
    this.#publish({ rules: [...this.#control.rules, rule] }, nowMs);
    return rule;
  }

  /** Ends a rule before its time. */
  endRule(ruleId: string, nowMs: number): void {
    const rules = this.#control.rules.filter((rule) => rule.ruleId !== ruleId);
    if (rules.length === this.#control.rules.length) throw notFound("rule", ruleId);
    this.#publish({ rules }, nowMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Agents end rules by themselves; here they are taken off the list, also those that ended while the hub was away. */
  #endRules(nowMs: number): void {
    const { rules } = this.#control;
    const over = rules.filter(({ untilUnixMs }) => untilUnixMs <= nowMs);
    if (over.length === 0) return;
    this.#publish({ rules: rules.filter((rule) => !over.includes(rule)) }, nowMs);
    for (const rule of over) this.#options.ended(rule);
  }

  /** Kept before it is told: what agents have heard of is never forgotten. */
  #publish(change: Partial<Pick<Control, "config" | "rules">>, nowMs: number): void {
    const next = { ...this.#control, ...change, version: this.#control.version + 1, issuedUnixMs: nowMs };
    writeControlFile(this.#path, next);
    this.#control = next;
    this.#signed = signControl(next, this.#key.privateKey);
    this.#options.changed();
  }
}
