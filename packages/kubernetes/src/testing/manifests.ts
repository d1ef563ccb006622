import { loadAllYaml } from "@kubernetes/client-node";

/** The manifests of a YAML text. */
export function parseManifests(text: string): Record<string, unknown>[] {
  return loadAllYaml(text) as Record<string, unknown>[];
}
