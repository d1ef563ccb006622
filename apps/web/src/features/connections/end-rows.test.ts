import { connectionRecord } from "@weir/model";
import { describe, expect, it } from "vitest";
import { endRows, endValueText } from "./end-rows.ts";

describe("the facts of both ends", () => {
  it("are all that the model has of processes, containers and clusters, each with words of its own", () => {
    const rows = endRows();
    const shown = new Set(rows.flatMap(({ client, server }) => [client.name, server.name]));
    const meant = connectionRecord.fields.filter(({ name }) =>
      /^(client|server)(Process|Container|K8s|Cloud)/.test(name),
    );
    expect(meant.length).toBeGreaterThan(30);
    expect(meant.filter(({ name }) => !shown.has(name))).toEqual([]);
    expect(rows.filter(({ label }) => /^[A-Z][a-z]+[A-Z].*(Name|Id)$/.test(label))).toEqual([]);
  });

  it("are in words", () => {
    expect(endValueText({ name: "clientK8sPodLabels" }, { app: "orders", tier: "backend" })).toBe(
      "app=orders\ntier=backend",
    );
    expect(endValueText({ name: "clientK8sPodLabels" }, {})).toBeUndefined();
    expect(endValueText({ name: "serverK8sPodUnknown" }, "outside")).toBe("the address is not of the cluster");
    expect(endValueText({ name: "serverProcessUnknown" }, "outside")).toBe("not on the agent's host");
    expect(endValueText({ name: "clientProcessPid" }, 7)).toBe("7");
  });
});
