import { flameNodes } from "@weir/analysis";
import { parseUnixNs } from "@weir/base";
import { ROUTES, type RouteName } from "@weir/http-contract";
import { callRecord, connectionRecord } from "@weir/model";
import { readProcessProfiles, readProfileKinds, readProfileSums, type Store } from "@weir/storage";
import type { Handler } from "./handler.ts";
import { oneOf } from "./one-of.ts";

/** Nodes of a flame graph that are handed out at most; smaller ones are narrower than a line. */
const MAX_NODES = 5_000;

/** Handlers of profiles. */
export function profileHandlers(store: Store) {
  return {
    async listProfiles(context) {
      const items = await readProfileKinds(store, ROUTES.listProfiles.query.parse(context.req.query()));
      return context.json({ items });
    },
    async listCallProfiles(context) {
      const call = await oneOf(store, context, callRecord, "callId", "call_id");
      const processId = await serverProcessOf(store, String(call["connectionId"]));
      if (processId === undefined) return context.json({ items: [] });
      const from = parseUnixNs(String(call["startedAt"])) ?? 0n;
      const items = await readProcessProfiles(store, {
        processId,
        captureId: String(call["captureId"]),
        service: String(call["serverService"]),
        from,
        to: from + BigInt(Number(call["durationNs"] ?? 0)),
      });
      return context.json({ processId, items });
    },
    async getFlame(context) {
      const query = ROUTES.getFlame.query.parse(context.req.query());
      const { unit, samples, value, stacks } = await readProfileSums(store, query);
      return context.json({ unit, samples, value, nodes: flameNodes(stacks, MAX_NODES) });
    },
  } as const satisfies Partial<Record<RouteName, Handler>>;
}

/** The process that served a connection; undefined where it is not known, or the connection goes on. */
async function serverProcessOf(store: Store, connectionId: string): Promise<number | undefined> {
  const processId = (await store.byId(connectionRecord, "connection_id", connectionId))?.["serverProcessPid"];
  return typeof processId === "number" ? processId : undefined;
}
