/** What an engine says of a container: its name and image, and nothing that may hold a secret. */
export interface ContainerName {
  readonly name: string;
  readonly image: string;
  /** The pod that it is in; absent where it is in none, or its engine knows no pods. */
  readonly pod?: ContainerPod | undefined;
}

/** A container's pod, by the labels that a kubelet gives its containers. */
export interface ContainerPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A container engine of this host, by its socket. */
export interface ContainerEngine {
  readonly socket: string;
  /** The container with this id; undefined where the engine has none. Rejects where it does not answer. */
  find(id: string): Promise<ContainerName | undefined>;
  close(): void;
}

/** A question to an engine takes so long at most. */
export const ANSWER_MS = 2_000;

/** Where an engine may be: `docker:` speaks Docker's API, `cri:` that of Kubernetes' container runtimes (containerd, CRI-O). */
export interface EngineAddress {
  readonly kind: "docker" | "cri";
  readonly socket: string;
}

/** Where engines are, unless they are told to be elsewhere. */
export const USUAL_ENGINES =
  "docker:/var/run/docker.sock,docker:/run/podman/podman.sock,cri:/run/containerd/containerd.sock,cri:/var/run/crio/crio.sock";

/** The addresses in an option's text; undefined for a part that is none. */
export function parseEngines(text: string): (EngineAddress | undefined)[] {
  return text.split(",").map((part) => {
    const [, kind, socket] = /^(docker|cri):(\/.+)$/.exec(part.trim()) ?? [];
    return socket !== undefined && (kind === "docker" || kind === "cri") ? { kind, socket } : undefined;
  });
}
