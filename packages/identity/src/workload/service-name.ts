import type { Pod } from "./cluster-change.ts";

/** The label that says what an application is called (Kubernetes: recommended labels). */
const NAME_LABEL = "app.kubernetes.io/name";

/** The service that a pod is of, as OpenTelemetry's conventions take it from Kubernetes: by label, else by who made it, else itself. */
export function serviceNameOfPod({ labels, owner, name }: Pod): string {
  return labels[NAME_LABEL] ?? owner?.name ?? name;
}
