import { accessSync, constants } from "node:fs";
import type { Connection, ContainerUnknown } from "@weir/model";
import { forgetOldest } from "../forget-oldest.ts";
import type { Nameable, Namer } from "../identity/namer.ts";
import type { ContainerEngine, ContainerName, EngineAddress } from "./engine.ts";

/** Containers that are remembered; those asked for first are forgotten. */
const MAX_REMEMBERED = 10_000;
/** Containers that are asked for at most, one after the other. */
const MAX_WAITING = 1_000;
/** What no engine knew is asked for again after so long. */
const ASK_AGAIN_MS = 60_000;

type Answer =
  | { readonly kind: "named"; readonly container: ContainerName }
  | { readonly kind: "unknown"; readonly why: ContainerUnknown; readonly atMs: number }
  | { readonly kind: "asked" };

/** Whether an engine can be asked, and what came of it. */
export interface EngineStatus {
  readonly socket: string;
  readonly has: boolean;
  readonly why: string;
}

/** Names containers by their ids: asks the engines of this host, each container once. */
export class ContainerNames implements Namer {
  readonly #engines: readonly ContainerEngine[];
  readonly #absent: readonly EngineStatus[];
  readonly #nowMs: () => number;
  readonly #known = new Map<string, Answer>();
  readonly #failures = new Map<string, string>();
  #asking: Promise<void> = Promise.resolve();
  #waiting = 0;
  #found = 0;

  /** Opens the engines that are there; the others are told with the reason. */
  static async open(addresses: readonly EngineAddress[]): Promise<ContainerNames> {
    const engines: ContainerEngine[] = [];
    const absent: EngineStatus[] = [];
    for (const { kind, socket } of addresses) {
      const why = whyNot(socket);
      if (why !== undefined) absent.push({ socket, has: false, why });
      else if (kind === "docker") engines.push((await import("./docker.ts")).dockerEngine(socket));
      else engines.push((await import("./cri.ts")).criEngine(socket));
    }
    return new ContainerNames(engines, absent);
  }

  constructor(
    engines: readonly ContainerEngine[],
    absent: readonly EngineStatus[] = [],
    nowMs: () => number = () => performance.now(),
  ) {
    this.#engines = engines;
    this.#absent = absent;
    this.#nowMs = nowMs;
  }

  get status(): { readonly engines: readonly EngineStatus[]; readonly named: number; readonly waiting: number } {
    const open = this.#engines.map(({ socket }) => {
      const failure = this.#failures.get(socket);
      return { socket, has: failure === undefined, why: failure ?? "names of containers by their ids" };
    });
    return { engines: [...open, ...this.#absent], named: this.#found, waiting: this.#waiting };
  }

  name(connection: Nameable): boolean {
    const client = this.#answer(connection.clientContainerId, connection.clientContainerName);
    const server = this.#answer(connection.serverContainerId, connection.serverContainerName);
    if (client?.kind === "named") Object.assign(connection, clientFields(client.container, connection));
    if (server?.kind === "named") Object.assign(connection, serverFields(server.container, connection));
    Object.assign(connection, {
      clientContainerUnknown: client?.kind === "unknown" ? client.why : undefined,
      serverContainerUnknown: server?.kind === "unknown" ? server.why : undefined,
    });
    return client?.kind === "asked" || server?.kind === "asked";
  }

  /** What a container is called, where an engine has said so by now; else it is asked. */
  nameOf(id: string | undefined): ContainerName | undefined {
    const answer = this.#answer(id, undefined);
    return answer?.kind === "named" ? answer.container : undefined;
  }

  forget(): void {
    // Containers are remembered, not connections.
  }

  async close(): Promise<void> {
    await this.#asking;
    for (const engine of this.#engines) engine.close();
  }

  /** What is known of a container; nothing where there is none, or it has its name already (its pod's). */
  #answer(id: string | undefined, name: string | undefined): Answer | undefined {
    if (id === undefined || (name !== undefined && !this.#known.has(id))) return undefined;
    const known = this.#known.get(id);
    const isOld = known?.kind === "unknown" && this.#nowMs() - known.atMs > ASK_AGAIN_MS;
    if (known !== undefined && !isOld) return known;
    if (this.#engines.length === 0) return { kind: "unknown", why: "noEngine", atMs: this.#nowMs() };
    if (this.#waiting >= MAX_WAITING) return { kind: "unknown", why: "tooMany", atMs: this.#nowMs() };
    this.#waiting += 1;
    this.#asking = this.#asking.then(() => this.#ask(id));
    return this.#remember(id, { kind: "asked" });
  }

  async #ask(id: string): Promise<void> {
    this.#remember(id, await this.#askEngines(id));
    this.#waiting -= 1;
  }

  async #askEngines(id: string): Promise<Answer> {
    let why: ContainerUnknown = "notFound";
    for (const engine of this.#engines) {
      try {
        const container = await engine.find(id);
        this.#failures.delete(engine.socket);
        if (container === undefined) continue;
        this.#found += 1;
        return { kind: "named", container };
      } catch (error) {
        this.#failures.set(engine.socket, `it does not answer: ${(error as Error).message}`);
        why = "noAnswer";
      }
    }
    return { kind: "unknown", why, atMs: this.#nowMs() };
  }

  #remember(id: string, answer: Answer): Answer {
    this.#known.delete(id);
    this.#known.set(id, answer);
    forgetOldest(this.#known, MAX_REMEMBERED);
    return answer;
  }
}

/** The cluster says more of a pod than its engine does: where it knows the pod, that stays. */
function clientFields({ name, image, pod }: ContainerName, { clientK8sPodName }: Nameable): Partial<Connection> {
  return {
    clientContainerName: name,
    clientContainerImage: image,
    ...(pod !== undefined &&
      clientK8sPodName === undefined && {
        clientK8sNamespaceName: pod.namespace,
        clientK8sPodName: pod.name,
        clientK8sPodUid: pod.uid,
        clientK8sPodUnknown: undefined,
      }),
  };
}

function serverFields({ name, image, pod }: ContainerName, { serverK8sPodName }: Nameable): Partial<Connection> {
  return {
    serverContainerName: name,
    serverContainerImage: image,
    ...(pod !== undefined &&
      serverK8sPodName === undefined && {
        serverK8sNamespaceName: pod.namespace,
        serverK8sPodName: pod.name,
        serverK8sPodUid: pod.uid,
        serverK8sPodUnknown: undefined,
      }),
  };
}

/** Why a socket cannot be asked; undefined where it can. */
function whyNot(socket: string): string | undefined {
  try {
    accessSync(socket, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? "there is no such socket"
      : `it may not be asked (${code}): that takes root or its group`;
  }
}
