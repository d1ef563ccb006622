import { join } from "node:path";
import type { OwnEndpoint } from "@weir/capture";
import type { AgentOrders, ControlState } from "@weir/http-contract";
import type { Follower } from "../hub/hub-link.ts";
import type { AgentCommand, CaptureSettings, LiveRecord } from "../messages.ts";
import type { AgentOptions } from "../options.ts";
import { AgentControl, type Doing, UNCONTROLLED } from "./agent-control.ts";
import { captureSettings, type OwnBounds, whyNot } from "./capture-settings.ts";
import { ControlFolder } from "./control-folder.ts";
import { KeptEdges } from "./kept-edges.ts";
import { RecordControl } from "./record-control.ts";

/** Room that a filter needs for the status endpoint's own traffic, whatever its port. */
const STATUS_END: OwnEndpoint = { address: new Uint8Array([127, 0, 0, 1]), port: 0 };

export interface ControlLinkOptions {
  readonly options: AgentOptions;
  readonly agentId: string;
  readonly snapBytes: number;
  /** Ends of our own connections, which are left out of the capture. */
  readonly own: readonly OwnEndpoint[];
  readonly log: (line: string) => void;
}

/** Carries what the hub says to the parts of the agent that do it. */
export class ControlLink implements Follower {
  readonly #bounds: OwnBounds;
  readonly #records: RecordControl;
  readonly #edges: KeptEdges;
  readonly #control: AgentControl | undefined;
  #say: ((command: AgentCommand) => void) | undefined;
  #kept: AgentCommand & { readonly kind: "keepWhole" } = { kind: "keepWhole", ends: [] };
  /** Hears of abilities and other things that change, and whether texts from inside of TLS come afterwards. */
  onAbilities: ((doing: Doing) => Promise<boolean>) | undefined;

  /** Takes up what the hub said last, where there is a hub that may say something. */
  constructor({ options, agentId, snapBytes, own, log }: ControlLinkOptions) {
    this.#bounds = { expression: options.bpf, snapBytes };
    this.#records = new RecordControl(options.bodies);
    this.#edges = new KeptEdges((ends) => {
      this.#kept = { kind: "keepWhole", ends };
      this.#say?.(this.#kept);
    });
    if (options.hub === undefined || !options.control) return;
    this.#control = new AgentControl({
      folder: new ControlFolder(join(options.spool, "control")),
      agentId,
      hubKey: options.hubKey,
      check: (settings) => whyNot(this.#bounds, [...own, STATUS_END], settings),
      changed: (doing) => void this.#apply(doing),
      log,
    });
    this.#applyToRecords(this.doing);
  }

  get doing(): Doing {
    return this.#control?.doing ?? { settings: {}, rules: [] };
  }

  get have(): string {
    return this.#control?.have ?? "";
  }

  get state(): ControlState {
    return this.#control?.state ?? UNCONTROLLED;
  }

  /** What is captured now. */
  get capture(): CaptureSettings {
    return { ...captureSettings(this.#bounds, this.doing.settings), keepsBodies: this.#records.keepsBodies };
  }

  offer(orders: AgentOrders): boolean {
    return this.#control?.offer(orders, Date.now()) ?? orders.control === undefined;
  }

  /** The capture worker watches; `say` tells it what changes. */
  ready(say: (command: AgentCommand) => void): void {
    this.#say = say;
    void this.#apply(this.doing);
    if (this.#kept.ends.length > 0) say(this.#kept);
  }

  /** A record with its names, as it may go out. */
  pass(live: LiveRecord): LiveRecord {
    if (live.kind === "connection" || live.kind === "open") this.#edges.see(live.record);
    return this.#records.pass(live);
  }

  stop(): void {
    this.#control?.stop();
  }

  #applyToRecords(doing: Doing): void {
    this.#records.apply(doing);
    this.#edges.apply(doing.rules);
  }

  async #apply(doing: Doing): Promise<void> {
    this.#applyToRecords(doing);
    const awaitsPlainText = (await this.onAbilities?.(doing)) ?? false;
    this.#say?.({ kind: "settings", settings: this.capture, awaitsPlainText });
  }
}
