import { WeirError } from "@weir/base";
import type { Context } from "hono";
import { isLoopback } from "./door-check.ts";

/** Methods that change nothing. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Pages of others must not use a reader's browser to reach the hub: a request that changes something, and a WebSocket, whose messages browsers give to any page, must come from the hub's own pages
 * (its Origin is that of the hub), and a hub for its own host is only asked by that host's names, so that no name of others leads to it (DNS rebinding).
 */
export function refuseForeignPages(context: Context, listensOn: string): void {
  const host = context.req.header("host") ?? "";
  if (isLoopback(listensOn) && host !== "" && !isLoopback(nameOf(host)))
    throw refused(`the hub is not called ${host}`, "Ask it by 127.0.0.1 or localhost");
  const origin = context.req.header("origin");
  const isWebSocket = context.req.header("upgrade")?.toLowerCase() === "websocket";
  if (origin === undefined || (SAFE.has(context.req.method) && !isWebSocket)) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host)
    throw refused(
      `a page of ${origin} may neither change anything here nor listen`,
      "Use the hub's own console, or a program",
    );
}

/** The name in `name:port` or `[address]:port`. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

function refused(message: string, hint: string): WeirError {
  return new WeirError("FORBIDDEN", message, hint);
}
