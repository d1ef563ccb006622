import { useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { useParameter } from "../../lib/location.ts";

/** All captures of the hub. */
export function useCaptures() {
  return useQuery({ queryKey: ["captures"], queryFn: api.captures });
}

/** Whether there is anything to look at; unknown while it is not known. */
export function useHasCaptures(): "some" | "none" | "unknown" {
  const { data } = useCaptures();
  if (data === undefined) return "unknown";
  return data.total > 0 ? "some" : "none";
}

/**
 * Names of captures by id, where rows of several captures stand together: captures of several hosts see the same traffic, and a row must
 * say whose view it is. Undefined where there is only one view.
 */
export function useVantages(): ReadonlyMap<string, string> | undefined {
  const [chosen] = useParameter("capture");
  const { data } = useCaptures();
  if (chosen !== "" || data === undefined || data.total < 2) return undefined;
  return new Map(
    data.items.map(({ captureId, name }) => [captureId, name.replace(/\.(?:pcap|pcapng|cap)(?:\.\w+)?$/, "")]),
  );
}
