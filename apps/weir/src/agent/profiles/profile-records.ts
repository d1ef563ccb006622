import { CAPTURE_ATTRIBUTE } from "@weir/model";
import type { IdentityLink, ProcessNames } from "../identity/identity-link.ts";
import type { LiveRecord } from "../messages.ts";
import { present } from "./process-identity.ts";
import type { ProcessProfile } from "./process-profile.ts";

/** Profiles as records on their way out, with the names of pods and containers. Stacks come first: a sample whose stack is not there yet cannot be shown. */
export function profileRecords(
  profiles: readonly ProcessProfile[],
  identity: Pick<IdentityLink, "ofProcess">,
  captureId: string,
): LiveRecord[] {
  const stacks = profiles.flatMap((profile) => profile.stacks);
  const samples = profiles.flatMap((profile) => {
    const names = { ...namesOf(identity.ofProcess(profile)), [CAPTURE_ATTRIBUTE]: captureId };
    return profile.samples.map((sample) => ({ ...sample, attributes: { ...sample.attributes, ...names } }));
  });
  return [
    ...stacks.map((record) => ({ kind: "stack" as const, record })),
    ...samples.map((record) => ({ kind: "profile" as const, record })),
  ];
}

/** By OpenTelemetry's names. */
function namesOf({ workload, container }: ProcessNames): Record<string, string> {
  return present({
    "container.name": container?.name,
    "container.image.name": container?.image,
    "k8s.namespace.name": workload?.namespace,
    "k8s.pod.name": workload?.pod?.name,
    "k8s.node.name": workload?.node,
    ...(workload?.owner && { [`k8s.${workload.owner.kind.toLowerCase()}.name`]: workload.owner.name }),
  });
}
