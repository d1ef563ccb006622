/** Container ids are 64 hexadecimal digits, wherever the runtime puts them: `docker-ID.scope`, `cri-containerd-ID.scope`, `crio-ID.scope`, `/docker/ID`, `/kubepods/…/ID`. */
const ID = /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?=\/|$)/;
/** Cgroups beside a container's own: of the watcher that CRI-O and Podman start for each. */
const NO_CONTAINER = /^(crio|libpod)-conmon-/;

/** The container that a process is in, by the text of its `/proc/PID/cgroup`; undefined where it is in none. The innermost of nested ones. */
export function containerIdOf(cgroups: string): string | undefined {
  for (const line of cgroups.split("\n")) {
    const path = line.split(":").slice(2).join(":");
    const parts = path.split("/").reverse();
    for (const part of parts) {
      const id = NO_CONTAINER.test(part) ? undefined : ID.exec(part)?.[1];
      if (id !== undefined) return id;
    }
  }
  return undefined;
}
