import { parseApplicationName } from "@weir/receive";
import { BadRequest } from "../failure.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, httpReceiver } from "../http/server.ts";
import { httpStatus } from "../http/status.ts";
import type { Intake } from "../intake.ts";
import { profileOf } from "./multipart.ts";

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

const failure: HttpRoute["failure"] = ({ reason, message }) => ({
  status: httpStatus(reason),
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ code: reason, message }),
});

/** Pyroscope's ways in (https://grafana.com/docs/pyroscope/latest/reference-server-api/): `/ingest` with a profile of pprof, and its push service over HTTP. */
export const pyroscope = httpReceiver({ name: "pyroscope", title: "Pyroscope and pprof", standardPort: 4040 }, [
  { method: "POST", path: "/ingest", handle: takeProfile, failure },
  { method: "POST", path: "/push.v1.PusherService/Push", handle: takePush, failure },
]);

async function takeProfile({ query, headers, contentType, body }: HttpRequest, intake: Intake): Promise<HttpAnswer> {
  const isForm = contentType === "multipart/form-data";
  const format = query.get("format") ?? (isForm ? "pprof" : "folded");
  if (format !== "pprof") throw new BadRequest("unsupported", `the format "${format}" is not read; pprof is`);
  const profile = isForm ? await profileOf(body, headers["content-type"] ?? "") : body;
  const name = query.get("name") ?? "";
  const { service, labels } = parseApplicationName(name);
  const origin = { service, startedAt: beganAt(query.get("from") ?? ""), attributes: labels };
  await intake.takeBody(`pprof ${query}`, "pprof", profile, origin);
  return { status: 200 };
}

async function takePush({ contentType, body }: HttpRequest, intake: Intake): Promise<HttpAnswer> {
  const encoding = contentType === "application/json" ? "json" : "protobuf";
  if (encoding === "protobuf" && contentType !== "application/proto") {
    throw new BadRequest("unsupported", `"${contentType}" is none of application/proto, application/json`);
  }
  await intake.takeBody(`push ${encoding}`, "pyroscopePush", body, { encoding, receivedAt: nowUnixNs() });
  return { status: 200, headers: { "content-type": contentType }, body: encoding === "json" ? "{}" : "" };
}

/** Seconds, milliseconds or nanoseconds since 1970, as clients differ; now where there is none of them. */
function beganAt(text: string): bigint {
  if (!/^\d{9,19}$/.test(text)) return nowUnixNs();
  const number = BigInt(text);
  if (text.length <= 11) return number * NS_PER_S;
  return text.length <= 14 ? number * NS_PER_MS : number;
}

function nowUnixNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}
