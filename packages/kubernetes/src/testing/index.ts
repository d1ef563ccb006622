export { endpointSliceObject, nodeObject, podObject, serviceObject } from "./api-objects.ts";
export { type ApiKind, KubernetesApiServer } from "./api-server.ts";
export { parseManifests } from "./manifests.ts";
