import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseManifests } from "@weir/kubernetes/testing";
import { describe, expect, it } from "vitest";
import { weir } from "./weir-read.ts";

const manifests = ["rbac", "agent"].flatMap((name) =>
  parseManifests(readFileSync(new URL(`../../deploy/kubernetes/${name}.yaml`, import.meta.url), "utf8")),
);
const find = (kind: string) => manifests.find((each) => each["kind"] === kind);
const help = spawnSync(process.execPath, [weir, "agent", "--help"], { encoding: "utf8" }).stdout;

/** What is at a path of a manifest. */
function at(manifest: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (value as Record<string | number, unknown> | undefined)?.[name],
    manifest,
  );
}

describe("the manifests for Kubernetes", () => {
  const pod = at(find("DaemonSet"), "spec", "template", "spec");
  const container = at(pod, "containers", 0);
  const [command, ...options] = at(container, "args") as string[];

  it("give the agent options that it has", () => {
    expect(command).toBe("agent");
    expect(options.length).toBeGreaterThan(5);
    for (const option of options)
      expect(help).toContain(option.includes("=") ? ` ${option.replace(/=.*/, " <")}` : ` ${option} `);
  });

  it("ask where its status is", () => {
    const port = /--status-port <port>[^(]*\(default:\s+"(\d+)"\)/s.exec(help)?.[1];
    expect(at(container, "livenessProbe", "httpGet")).toEqual({
      host: "127.0.0.1",
      path: "/status",
      port: Number(port),
    });
    expect(options).toContain(`--status-port=${port}`);
  });

  it("tell it its node", () => {
    expect(at(container, "env", 0)).toEqual({
      name: "NODE_NAME",
      valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } },
    });
    expect(help).toContain("env: NODE_NAME");
  });

  it("let it read what it follows, and nothing else", () => {
    const rules = at(find("ClusterRole"), "rules") as { resources: string[]; verbs: string[] }[];
    expect(rules.flatMap(({ resources }) => resources).sort()).toEqual(["endpointslices", "nodes", "pods", "services"]);
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(["get", "list", "watch"]));
    expect(at(find("ClusterRoleBinding"), "roleRef", "name")).toBe(at(find("ClusterRole"), "metadata", "name"));
    expect(at(find("ClusterRoleBinding"), "subjects", 0, "name")).toBe(at(pod, "serviceAccountName"));
    expect(at(find("ServiceAccount"), "metadata", "name")).toBe(at(pod, "serviceAccountName"));
  });
});
