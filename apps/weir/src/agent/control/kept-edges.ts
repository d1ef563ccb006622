import type { ControlRule } from "@weir/http-contract";
import type { Connection } from "@weir/model";
import { isOfEdge, type NamedEnds } from "../../control/rules.ts";

/** Pairs of hosts that are remembered with their names; those seen longest ago are forgotten. */
const MAX_SEEN = 10_000;
/** Pairs that are read whole at once. */
const MAX_KEPT = 1_000;

/** Two hosts and the server's port: what tells an edge's packets. */
export type KeptEnds = Pick<NamedEnds, "clientAddress" | "serverAddress" | "serverPort">;

/**
 * Which packets are of the edges that are read whole while others are sampled. Edges are called by names, and packets have none: the beginning of every connection is
 * always told, so that names and addresses come together there.
 */
export class KeptEdges {
  readonly #seen = new Map<string, NamedEnds>();
  readonly #tell: (kept: readonly KeptEnds[]) => void;
  #rules: readonly ControlRule[] = [];
  #kept = 0;

  /** `tell` hears which are read whole, whenever that changes. */
  constructor(tell: (kept: readonly KeptEnds[]) => void) {
    this.#tell = tell;
  }

  /** These edges are read whole from now on. */
  apply(rules: readonly ControlRule[]): void {
    this.#rules = rules.filter(({ kind }) => kind === "sampling");
    this.#tellAll();
  }

  /** Takes in who talks to whom. */
  see(ends: NamedEnds & Pick<Connection, "transport">): void {
    const { clientAddress, clientService, serverAddress, serverService, serverPort } = ends;
    const key = `${clientAddress} ${serverAddress} ${serverPort} ${clientService} ${serverService}`;
    const isNew = !this.#seen.delete(key);
    this.#seen.set(key, { clientAddress, clientService, serverAddress, serverService, serverPort });
    if (this.#seen.size > MAX_SEEN) {
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    if (isNew && this.#isKept(ends) && this.#kept < MAX_KEPT) this.#tellAll();
  }

  #isKept(ends: NamedEnds): boolean {
    return this.#rules.some(({ edge }) => isOfEdge(ends, edge));
  }

  #tellAll(): void {
    const all = this.#rules.length === 0 ? [] : [...this.#seen.values()].filter((ends) => this.#isKept(ends));
    const kept = all.slice(-MAX_KEPT);
    if (kept.length === 0 && this.#kept === 0) return;
    this.#kept = kept.length;
    this.#tell(
      kept.map(({ clientAddress, serverAddress, serverPort }) => ({ clientAddress, serverAddress, serverPort })),
    );
  }
}
