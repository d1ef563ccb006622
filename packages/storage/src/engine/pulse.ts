/** What an engine makes of the simplest question. */
export type Pulse = "answers" | "silent" | "broken";

const PATIENCE_MS = 10_000;

/**
 * Asks an engine the simplest question. After a fault of its own the process may live on and refuse everything: that is `broken`. Refusals for other reasons
 * (too many queries) are answers too.
 */
export async function takePulse(url: string, username: string, password: string): Promise<Pulse> {
  try {
    const response = await fetch(`${url}/?query=SELECT+1`, {
      headers: { "x-clickhouse-user": username, "x-clickhouse-key": password, connection: "close" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    return text.includes("shutting down due to a fatal error") ? "broken" : "answers";
  } catch {
    return "silent";
  }
}
