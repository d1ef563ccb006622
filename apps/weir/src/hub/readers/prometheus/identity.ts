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

/** Reads what series of a part are as labels. Thousands of series have the same few names: each is made once. */
export function labelReader(part: MetricPart): (identity: string) => Labels {
  const metrics = remembering((name: string) => remembering((unit: string) => prometheusName({ name, unit }, part)));
  const labelNames = remembering(labelName);
  return (identity) => {
    const [name, unit, job, instance, attributes, own] = JSON.parse(identity) as Identity;
    const labels: Record<string, string> = {};
    for (const [attribute, value] of Object.entries(attributes))
      if (value !== "") labels[labelNames(attribute)] = value;
    if (job !== "") labels["job"] = job;
    if (instance !== "") labels["instance"] = instance;
    if (part.label !== undefined) labels[part.label.name] = own ?? "";
    labels[NAME] = metrics(name)(unit);
    return labels;
  };
}

function remembering<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    known.set(text, made);
    return made;
  };
}
