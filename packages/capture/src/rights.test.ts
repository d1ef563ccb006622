import { describe, expect, it } from "vitest";
import { explainMissing, parseRights } from "./rights.ts";

const HOST = ["user:[4026531837]", "pid:[4026531836]"] as const;
const ALL = "000001ffffffffff";
const NET_RAW = "0000000000002000";
const NONE = "0000000000000000";
const status = (uid: number, effective: string, bounding: string, seccomp = 0) =>
  `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${effective}\nCapBnd:\t${bounding}\nSeccomp:\t${seccomp}\n`;

describe("the rights of a process", () => {
  it("are all on a host, as root", () => {
    const rights = parseRights(status(0, ALL, ALL), ...HOST);
    expect(rights).toMatchObject({ isRoot: true, hasSeccomp: false, isHostUsers: true, isHostProcesses: true });
    expect(explainMissing(rights, ["CAP_NET_RAW", "CAP_BPF"])).toBeUndefined();
  });

  it("are those that an engine leaves in a container, which has processes of its own", () => {
    const rights = parseRights(status(0, NET_RAW, NET_RAW, 2), HOST[0], "pid:[4026532200]");
    expect(rights).toMatchObject({ capabilities: ["CAP_NET_RAW"], hasSeccomp: true, isHostProcesses: false });
    expect(explainMissing(rights, ["CAP_NET_RAW"])).toBeUndefined();
    expect(explainMissing(rights, ["CAP_BPF", "CAP_PERFMON"])).toBe(
      "it takes CAP_BPF and CAP_PERFMON, which root does not have here: give them to the container (Docker: --cap-add BPF --cap-add PERFMON; Kubernetes: capabilities.add: [BPF, PERFMON])",
    );
  });

  it("are none of a user's, though the container has them: only root gets them by itself", () => {
    const rights = parseRights(status(1_000, NONE, NET_RAW), ...HOST);
    expect(rights).toMatchObject({ isRoot: false, capabilities: [], ofRoot: ["CAP_NET_RAW"] });
    expect(explainMissing(rights, ["CAP_NET_RAW"])).toMatch(/which root has here: run it as root .*runAsUser: 0/);
  });

  it("are none where there is no /proc", () => {
    expect(parseRights("", "", "")).toMatchObject({ isRoot: false, capabilities: [], isHostProcesses: false });
  });
});
