import { describe, expect, it } from "vitest";
import { type AgentOptions, checkAgentOptions, vantagesOf } from "./options.ts";

const given: AgentOptions = {
  interface: "any",
  profileOffCpuUs: "1000",
  snapLength: "262144",
  ringMib: "32",
  workers: "1",
  nice: "5",
  calls: true,
  control: true,
  processes: true,
  kernel: true,
  kernelSockets: true,
  kernelDatagrams: true,
  kernelRetransmissions: true,
  kernelDrops: true,
  statusPort: "8687",
  spool: "spool",
  spoolMib: "512",
  conntrack: "/proc/net/nf_conntrack",
  containers: false,
  historyMib: "2048",
  historyHours: "24",
  otlpHeader: [],
  otlpSignals: "traces,metrics,logs",
  otlpTemporality: "cumulative",
  otlpSeconds: "60",
  ipfixEnterprise: "32473",
};

describe("options of weir agent", () => {
  it("name interfaces, each perhaps in a network namespace", () => {
    expect(vantagesOf("eth0, lo,eth0,any@web,eth0@/proc/7/ns/net")).toEqual([
      { interface: "eth0", namespace: undefined },
      { interface: "lo", namespace: undefined },
      { interface: undefined, namespace: "web" },
      { interface: "eth0", namespace: "/proc/7/ns/net" },
    ]);
  });

  it("have sizes in bytes", () => {
    expect(checkAgentOptions(given)).toMatchObject({ snapBytes: 262_144, ringBytes: 33_554_432, statusPort: 8_687 });
    expect(checkAgentOptions({ ...given, statusPort: false }).statusPort).toBeUndefined();
  });

  it.each([
    [{ snapLength: "10" }, /"10" does not fit --snap-length/],
    [{ ringMib: "many" }, /"many" does not fit --ring-mib/],
    [{ statusPort: "70000" }, /"70000" does not fit --status-port/],
    [{ interface: " , " }, /--interface takes 1 to 64 names/],
  ])("are refused where they cannot be: %j", (wrong, message) => {
    expect(() => checkAgentOptions({ ...given, ...wrong })).toThrow(message);
  });
});
