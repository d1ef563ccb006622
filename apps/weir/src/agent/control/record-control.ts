import type { ControlRule } from "@weir/http-contract";
import type { Call } from "@weir/model";
import { isOfEdge } from "../../control/rules.ts";
import { withoutBodies } from "../bodies.ts";
import type { LiveRecord } from "../messages.ts";
import type { Doing } from "./agent-control.ts";
import { Masking } from "./masking.ts";

/** What becomes of records on their way out, when both ends have their names: bodies stay where somebody asked for them, and more is masked. */
export class RecordControl {
  /** What the agent was started with: false keeps none, whatever the hub says. */
  readonly #own: boolean | undefined;
  #keepsAll: boolean;
  #rules: readonly ControlRule[] = [];
  #masking: Masking | undefined;

  constructor(bodies: boolean | undefined) {
    this.#own = bodies;
    this.#keepsAll = bodies === true;
  }

  /** Does so from now on. */
  apply({ settings, rules }: Doing): void {
    this.#keepsAll = this.#own ?? settings.bodies === true;
    this.#rules = this.#own === false ? [] : rules.filter(({ kind }) => kind === "bodies");
    this.#masking = settings.masking === undefined ? undefined : new Masking(settings.masking);
  }

  /** True where some calls keep their bodies. */
  get keepsBodies(): boolean {
    return this.#keepsAll || this.#rules.length > 0;
  }

  /** The same record, as it may go out. */
  pass(live: LiveRecord): LiveRecord {
    const isBare = live.kind === "call" && !this.#keepsBodies(live.record);
    const kept: LiveRecord = isBare ? { kind: "call", record: withoutBodies(live.record) } : live;
    return this.#masking?.record(kept) ?? kept;
  }

  #keepsBodies(call: Call): boolean {
    return this.#keepsAll || this.#rules.some(({ edge }) => isOfEdge(call, edge));
  }
}
