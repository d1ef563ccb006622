import type { UnixNs } from "@weir/base";
import { present } from "../logs/log-row.ts";
import { parseMoment } from "../logs/moment.ts";
import { attributesOf, type JsonObject, listOf, objectOf, textOf } from "./json-values.ts";

type Texts = Readonly<Record<string, string>>;

/** Where something was reported: as rows of all of OpenTelemetry's tables have it. */
export interface SentryOrigin {
  readonly ServiceName: string;
  readonly ResourceAttributes: Texts;
  readonly ScopeName: string;
  readonly ScopeVersion: string;
}

/** A release is `name@version`. */
const RELEASE = /^(.+)@([^@]+)$/;

/** Who reports an event: Sentry has projects instead of services, so the service is the tag `service`, the release's name, or what OpenTelemetry's resource says. */
export function originOf(event: JsonObject, project: string): SentryOrigin {
  const { contexts, sdk } = event;
  const resource = objectOf(objectOf(objectOf(contexts)["otel"])["resource"]);
  const [, name, version] = RELEASE.exec(textOf(event["release"])) ?? [];
  const ServiceName = tagsOf(event)["service"] ?? name ?? textOf(resource["service.name"]);
  return {
    ServiceName,
    ResourceAttributes: {
      ...attributesOf(resource),
      ...present({
        "service.name": ServiceName || undefined,
        "service.version": version ?? (textOf(event["release"]) || undefined),
        "deployment.environment.name": textOf(event["environment"]) || undefined,
        "host.name": textOf(event["server_name"]) || undefined,
        "sentry.project": project || undefined,
        "telemetry.sdk.language": textOf(event["platform"]) || undefined,
      }),
    },
    ScopeName: textOf(objectOf(sdk)["name"]),
    ScopeVersion: textOf(objectOf(sdk)["version"]),
  };
}

/** Tags stand as an object, or as a list of pairs. */
export function tagsOf({ tags }: JsonObject): Texts {
  if (!Array.isArray(tags)) return attributesOf(objectOf(tags));
  return attributesOf(Object.fromEntries(tags.map((pair) => [String(listOf(pair)[0]), listOf(pair)[1]])));
}

/** A moment: seconds since 1970, with decimals, or RFC 3339. Undefined where it is none. */
export function momentOf(value: unknown): UnixNs | undefined {
  if (typeof value === "string") return parseMoment(value.replace(/(\.\d{9})\d+/, "$1"));
  // A double holds microseconds of today's times, no more.
  if (typeof value !== "number" || !(Math.abs(value) < 1e12)) return undefined;
  return BigInt(Math.round(value * 1e6)) * 1_000n;
}
