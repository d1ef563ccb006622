import { WeirError } from "@weir/base";

/** OpenTelemetry's variable for headers: `name=value,name=value`, values percent-encoded. What stands in a command line is seen by everybody on the host. */
const VARIABLE = "OTEL_EXPORTER_OTLP_HEADERS";

/** Headers of requests: those of the environment, and over them those that were named. Throws USAGE for what is none. */
export function parseHeaders(list: readonly string[], environment: NodeJS.ProcessEnv): Record<string, string> {
  const text = environment[VARIABLE] ?? "";
  const inherited = text === "" ? [] : text.split(",").map(environmentHeader);
  return Object.fromEntries([...inherited, ...list.map(namedHeader)]);
}

function namedHeader(text: string): [string, string] {
  const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name.toLowerCase(), value];
  throw new WeirError("USAGE", `"${text}" is no header`, "Write it as 'NAME: VALUE'");
}

function environmentHeader(text: string): [string, string] {
  const [, name, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined && isDecodable(value))
    return [name.toLowerCase(), decodeURIComponent(value)];
  throw new WeirError(
    "CONFIG_INVALID",
    `${VARIABLE} holds something that is no header`,
    "Write it as NAME=VALUE,NAME=VALUE",
  );
}

function isDecodable(text: string): boolean {
  return /^(?:[^%]|%[0-9a-f]{2})*$/i.test(text);
}
