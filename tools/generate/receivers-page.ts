import { RECEIVERS } from "../../apps/weir/src/hub/receivers/list.ts";
import { code, table } from "./markdown.ts";

/** docs/reference/receivers.md: what a hub listens to, on which ports. */
export function renderReceiversPage(): string {
  const rows = RECEIVERS.map(({ name, title, transport, standardPort }) => [
    title,
    transport,
    String(standardPort),
    code(`--${name}-port`),
  ]);
  return [
    "# Receivers\n",
    "What `weir hub` listens to unless it is told otherwise; 0 takes a free port. What each reads, and what becomes of it: [receivers](../receivers.md).\n",
    `${table(["what", "over", "port", "option"], rows)}\n`,
  ].join("\n");
}
