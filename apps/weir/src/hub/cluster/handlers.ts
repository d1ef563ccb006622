import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { WeirError } from "@weir/base";
import { ROUTES, type RouteName } from "@weir/http-contract";
import type { Handler } from "../handler.ts";
import type { HubCluster } from "./hub-cluster.ts";

/** Shorter answers are not worth compressing. */
const LEAST_GZIP_CHARS = 1_000;
const compressed = promisify(gzip);

/** Handlers of the cluster that the hub follows; `cluster` is absent where it follows none. */
export function clusterHandlers(
  cluster: HubCluster | undefined,
): Readonly<Record<Extract<RouteName, "awaitClusterChanges">, Handler>> {
  return {
    async awaitClusterChanges(context) {
      if (cluster === undefined)
        throw new WeirError("NOT_FOUND", "this hub follows no cluster", "Start it with --kubernetes");
      const question = ROUTES.awaitClusterChanges.query.parse(context.req.query());
      const agentId = context.req.param("agentId") ?? "";
      const json = await cluster.changes(agentId, question, context.req.raw.signal);
      const headers = { "content-type": "application/json" };
      if (json.length < LEAST_GZIP_CHARS || !/\bgzip\b/.test(context.req.header("accept-encoding") ?? ""))
        return context.body(json, 200, headers);
      return context.body(await compressed(json), 200, { ...headers, "content-encoding": "gzip" });
    },
  };
}
