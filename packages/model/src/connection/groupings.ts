import { ensure } from "@weir/base";
import { columnName, type Field } from "../field.ts";
import { workloadFields } from "./workload.ts";

/** Facts of the ends of connections that a service map can be grouped by, with the fields that say them. */
const GROUPINGS = {
  namespace: "K8sNamespaceName",
  deployment: "K8sDeploymentName",
  node: "K8sNodeName",
  zone: "CloudAvailabilityZone",
} as const;
export type MapGrouping = keyof typeof GROUPINGS;
export const MAP_GROUPINGS = Object.keys(GROUPINGS) as [MapGrouping, ...MapGrouping[]];

/** What stands for all ends of which the fact is not known; no name has a space. */
export function unknownGroup(grouping: MapGrouping): string {
  return `no ${grouping} known`;
}

/** The column and the filter's name of a grouping's fact, for one end. */
export function groupingField(grouping: MapGrouping, side: "client" | "server"): { column: string; filter: string } {
  const name = `${side}${GROUPINGS[grouping]}`;
  const fields: readonly Field[] = workloadFields;
  const field = ensure(
    fields.find((each) => each.name === name),
    `no field ${name}`,
  );
  return { column: columnName(field), filter: ensure(field.otel, `${name} has no name in filters`) };
}
