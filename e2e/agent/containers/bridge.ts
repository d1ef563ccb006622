import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the configuration of a CNI bridge into a folder, whose path comes back: containers get addresses in this network, which reaches no further. */
export function writeBridge(folder: string, subnet: string): string {
  const configurations = join(folder, "cni");
  mkdirSync(configurations);
  const bridge = {
    type: "bridge",
    bridge: "cni0",
    isGateway: true,
    ipam: { type: "host-local", ranges: [[{ subnet }]], dataDir: join(folder, "addresses") },
  };
  const network = { cniVersion: "0.4.0", name: "weir-test", plugins: [bridge] };
  writeFileSync(join(configurations, "10-bridge.conflist"), JSON.stringify(network));
  return configurations;
}

/** A network namespace that stands for a machine, with loopback up. */
export function makeNamespace(name: string): string {
  execFileSync("ip", ["netns", "add", name]);
  execFileSync("ip", ["-n", name, "link", "set", "lo", "up"]);
  return name;
}

/** A command as it is run in a network namespace; not by `ip netns exec`, which would hide the control groups. */
export function inNamespace(name: string, command: readonly string[]): [string, readonly string[]] {
  return ["nsenter", [`--net=/run/netns/${name}`, ...command]];
}
