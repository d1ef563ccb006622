import type { EncodedReading, RemoteWriteVersion } from "@weir/receive";
import { BadRequest } from "../failure.ts";
import { httpReceiver } from "../http/server.ts";
import { httpStatus } from "../http/status.ts";

/** Prometheus' remote-write (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/), versions 1 and 2. It has no port of its own; this is Prometheus'. */
export const prometheusRemoteWrite = httpReceiver(
  { name: "remote-write", title: "Prometheus remote-write", standardPort: 9090 },
  [
    {
      method: "POST",
      path: "/api/v1/write",
      async handle({ headers, contentType, body }, intake) {
        if (contentType !== "application/x-protobuf") {
          throw new BadRequest("unsupported", `"${contentType}" is not application/x-protobuf`);
        }
        const version = versionOf(headers["content-type"] ?? "");
        const { reading } = await intake.read("remoteWrite", body, version);
        await intake.take(`version ${version}`, body, async () => reading);
        return { status: 204, headers: writtenHeaders(reading) };
      },
      failure: ({ reason, message }) => ({ status: httpStatus(reason), body: `${message}\n` }),
    },
  ],
);

/** What version 2 asks a receiver to say; the first one's senders pass over it. */
function writtenHeaders(reading: EncodedReading): Readonly<Record<string, string>> {
  const count = (isHistogram: boolean) =>
    reading.kind === "received"
      ? reading.tables
          .filter(({ table }) => table.includes("histogram") === isHistogram)
          .reduce((sum, { rows }) => sum + rows, 0)
      : 0;
  return {
    "x-prometheus-remote-write-samples-written": String(count(false)),
    "x-prometheus-remote-write-histograms-written": String(count(true)),
    "x-prometheus-remote-write-exemplars-written": "0",
  };
}

/** The message that a content type names; the old one where it names none. */
function versionOf(contentType: string): RemoteWriteVersion {
  const name = /;\s*proto=([\w.]+)/.exec(contentType)?.[1] ?? "prometheus.WriteRequest";
  if (name === "prometheus.WriteRequest") return 1;
  if (name === "io.prometheus.write.v2.Request") return 2;
  throw new BadRequest("unsupported", `the message ${name} is not known`);
}
