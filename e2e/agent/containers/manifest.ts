import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensure } from "@weir/base";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { ContainerSpec, PodSpec } from "./container-node.ts";

const containerSchema = z.object({
  name: z.string(),
  args: z.array(z.string()).default([]),
  securityContext: z
    .object({
      runAsUser: z.number(),
      readOnlyRootFilesystem: z.boolean(),
      allowPrivilegeEscalation: z.boolean(),
      seccompProfile: z.object({ type: z.enum(["RuntimeDefault", "Unconfined"]) }),
      capabilities: z.object({ drop: z.tuple([z.literal("ALL")]), add: z.array(z.string()) }),
    })
    .optional(),
  volumeMounts: z
    .array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) }))
    .default([]),
});
const podSchema = z.object({
  hostNetwork: z.boolean().default(false),
  hostPID: z.boolean().default(false),
  containers: z.array(containerSchema),
});
const objectSchema = z.union([
  z.object({ kind: z.literal("Pod"), spec: podSchema }),
  z.object({ kind: z.literal("DaemonSet"), spec: z.object({ template: z.object({ spec: podSchema }) }) }),
]);

/** What a kubelet would make of one of our manifests: the pod's namespaces, and the agent's container. */
export interface Manifest {
  readonly pod: Pick<PodSpec, "hostNetwork" | "hostPid">;
  readonly args: readonly string[];
  readonly container: Omit<ContainerSpec, "command">;
}

/** Reads a manifest of deploy/kubernetes. Its volumes are folders below `volumes`, which is on the host. */
export function readManifest(file: string, containerName: string, volumes: string): Manifest {
  const path = fileURLToPath(new URL(`../../../deploy/kubernetes/${file}`, import.meta.url));
  const object = objectSchema.parse(parseAllDocuments(readFileSync(path, "utf8"))[0]?.toJSON());
  const pod = object.kind === "Pod" ? object.spec : object.spec.template.spec;
  const found = pod.containers.find(({ name }) => name === containerName);
  const { name, args, securityContext, volumeMounts } = ensure(found, `${file} has no container ${containerName}`);
  const security = ensure(securityContext, `${containerName} has no security context`);
  return {
    pod: { hostNetwork: pod.hostNetwork, hostPid: pod.hostPID },
    args,
    container: {
      name,
      capabilities: security.capabilities.add,
      user: security.runAsUser,
      isRootReadOnly: security.readOnlyRootFilesystem,
      noNewPrivileges: !security.allowPrivilegeEscalation,
      seccomp: security.seccompProfile.type,
      mounts: volumeMounts.map(({ name: volume, mountPath, readOnly }) => ({
        from: `${volumes}/${volume}`,
        to: mountPath,
        isWritable: !readOnly,
      })),
    },
  };
}
