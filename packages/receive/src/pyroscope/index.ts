import type { UnixNs } from "@weir/base";
import { MessageBudget } from "../message/broken-items.ts";
import { items, manyNested, message, one } from "../message/message.ts";
import { readRequest } from "../message/read-request.ts";
import { bytes, text } from "../message/scalar.ts";
import { addPprof } from "../pprof/index.ts";
import { Unpacker } from "../pprof/unpacked.ts";
import { ProfileTables } from "../profiles/samples.ts";
import type { Reading } from "../received.ts";

/** Messages of Pyroscope's push API (push/v1/push.proto). */
const labelPair = message("LabelPair", { name: one(1, text), value: one(2, text) });
const rawSample = message("RawSample", { rawProfile: one(1, bytes) });
const rawProfileSeries = message("RawProfileSeries", {
  labels: manyNested(1, () => labelPair),
  samples: items(2, () => rawSample),
});
export const pushRequest = message("PushRequest", { series: items(1, () => rawProfileSeries) });

/** Labels that mean something to Pyroscope alone. */
const INTERNAL = /^(__\w+__|pyroscope_spy|service_name)$/;

/** Reads a request to `push.v1.PusherService/Push`: profiles of pprof, each with labels. Input never throws. */
export function readPyroscopePush(encoding: "json" | "protobuf", body: Uint8Array, receivedAt: UnixNs): Reading {
  return readRequest(pushRequest, encoding, body, ({ series }, rejections) => {
    const tables = new ProfileTables(rejections);
    const parts = { tables, unpacker: new Unpacker(), budget: new MessageBudget(), rejections };
    for (const { labels, samples } of series) {
      const said = Object.fromEntries(labels.map(({ name, value }) => [name, value]));
      const attributes = Object.fromEntries(Object.entries(said).filter(([name]) => !INTERNAL.test(name)));
      const origin = { service: said["service_name"] ?? "", startedAt: receivedAt, attributes };
      for (const { rawProfile } of samples) addPprof(rawProfile, origin, parts);
    }
    return tables.list();
  });
}

/** The name of an application as Pyroscope's clients send it, `shop{region=eu,tier=web}`: service and labels. */
export function parseApplicationName(name: string): { service: string; labels: Readonly<Record<string, string>> } {
  const [, service = "", list = ""] = /^([^{]*)(?:\{(.*)\})?$/s.exec(name) ?? [];
  const pairs = list.split(",").flatMap((pair) => {
    const [, key = "", value = ""] = /^\s*([\w.]+)\s*=\s*"?(.*?)"?\s*$/.exec(pair) ?? [];
    return key === "" ? [] : [[key, value] as const];
  });
  return { service, labels: Object.fromEntries(pairs) };
}
