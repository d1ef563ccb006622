import { type Labels, NAME } from "@weir/promql";
import type { MetricPart } from "@weir/storage";
import { labelName, prometheusName } from "./names.ts";

/** What a series is, as the store writes it down (`seriesIdentity` of storage). */
type Identity = readonly [
  name: string,
  unit: string,
  job: string,
  instance: string,
  attributes: Readonly<Record<string, string>>,
  own?: string,
];

/** The labels of a series in Prometheus. */
export function labelsOf(part: MetricPart, identity: string): Labels {
  const [name, unit, job, instance, attributes, own] = JSON.parse(identity) as Identity;
  const labels: Record<string, string> = {};
  for (const [attribute, value] of Object.entries(attributes)) if (value !== "") labels[labelName(attribute)] = value;
  if (job !== "") labels["job"] = job;
  if (instance !== "") labels["instance"] = instance;
  if (part.label !== undefined) labels[part.label.name] = own ?? "";
  labels[NAME] = prometheusName({ name, unit }, part);
  return labels;
}
