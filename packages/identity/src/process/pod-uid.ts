/** `pod1f0c…`, with dashes, or underscores where systemd names the slice. */
const POD =
  /(?:^|[/-])pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?=[/:]|$)/;

/** The uid of the Kubernetes pod that a process is in, by the text of its `/proc/PID/cgroup`; undefined where it is in none. Static pods have 32 digits without dashes. */
export function podUidOf(cgroups: string): string | undefined {
  return POD.exec(cgroups.replace(/\n/g, "/"))?.[1]?.replaceAll("_", "-");
}
