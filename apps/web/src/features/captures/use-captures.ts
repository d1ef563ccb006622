import { useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";

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
