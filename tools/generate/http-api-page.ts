import { ROUTES, type Route } from "@weir/http-contract";
import { code, table } from "./markdown.ts";

/** docs/reference/http-api.md: the routes; their schemas are in the OpenAPI document that the hub serves. */
export function renderHttpApiPage(): string {
  const rows = Object.values(ROUTES).map((route: Route) => [
    route.method.toUpperCase(),
    code(route.path),
    route.summary,
    Object.keys(route.query?.shape ?? {})
      .map((name) => code(name))
      .join(", "),
  ]);
  return [
    "# HTTP API\n",
    "Schemas of every request and answer: `/api/openapi.json` of a running hub. A failed request answers `{code, message, hint}`.\n",
    `${table(["method", "path", "what it does", "query"], rows)}\n`,
  ].join("\n");
}
