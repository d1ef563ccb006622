const SERVICE_NAME = "OTEL_SERVICE_NAME=";
const RESOURCE = "OTEL_RESOURCE_ATTRIBUTES=";
const RESOURCE_SERVICE = /(?:^|,)\s*service\.name\s*=\s*([^,]*)/;

/**
 * What a process is called by whoever started it: OpenTelemetry's variables in its environment (`/proc/PID/environ`), which its SDKs read as well. Nothing else of the
 * environment is looked at: it may hold secrets.
 */
export function serviceNameIn(environment: string): string | undefined {
  const variables = environment.split("\0");
  const variable = (prefix: string) => variables.find((each) => each.startsWith(prefix))?.slice(prefix.length);
  const own = variable(SERVICE_NAME)?.trim();
  if (own !== undefined && own !== "") return own;
  const said = RESOURCE_SERVICE.exec(variable(RESOURCE) ?? "")?.[1]?.trim();
  return said === undefined || said === "" ? undefined : decoded(said);
}

/** Values of attributes are percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Somebody wrote it as it is.
    return text;
  }
}
