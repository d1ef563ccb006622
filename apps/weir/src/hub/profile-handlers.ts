import { flameNodes } from "@weir/analysis";
import { ROUTES, type RouteName } from "@weir/http-contract";
import { readProfileKinds, readProfileSums, type Store } from "@weir/storage";
import type { Handler } from "./handler.ts";

/** Nodes of a flame graph that are handed out at most; smaller ones are narrower than a line. */
const MAX_NODES = 5_000;

/** Handlers of profiles. */
export function profileHandlers(store: Store) {
  return {
    async listProfiles(context) {
      const items = await readProfileKinds(store, ROUTES.listProfiles.query.parse(context.req.query()));
      return context.json({ items });
    },
    async getFlame(context) {
      const query = ROUTES.getFlame.query.parse(context.req.query());
      const { unit, samples, value, stacks } = await readProfileSums(store, query);
      return context.json({ unit, samples, value, nodes: flameNodes(stacks, MAX_NODES) });
    },
  } as const satisfies Partial<Record<RouteName, Handler>>;
}
