import { useQuery } from "@tanstack/react-query";
import { formatBytes } from "@weir/base";
import { api } from "../lib/api.ts";

const ASK_EVERY_MS = 10_000;
/** Below this, the hub will soon refuse uploads. */
const LITTLE_DISK_BYTES = 2 * 2 ** 30;

/** Whether the hub answers and its store is up, with what to do where it is not. */
export function HubState() {
  const { data, error } = useQuery({
    queryKey: ["health"],
    queryFn: api.health,
    refetchInterval: ASK_EVERY_MS,
    retry: false,
  });
  if (error !== null) {
    return (
      <span
        className="hub-state unreachable"
        role="alert"
        title="Start it with: weir hub. This page goes on by itself."
      >
        hub unreachable
      </span>
    );
  }
  if (data === undefined) return null;
  const isShort = data.diskFreeBytes < LITTLE_DISK_BYTES;
  const isDown = data.store === "down";
  const text = isDown
    ? "store is restarting"
    : isShort
      ? `disk almost full, ${formatBytes(data.diskFreeBytes)} left`
      : "hub up";
  return (
    <span
      className={`hub-state ${isDown || isShort ? "degraded" : ""}`}
      title={`Weir ${data.version}, store ${data.store}, ${formatBytes(data.diskFreeBytes)} free on its disk`}
    >
      {text}
    </span>
  );
}
