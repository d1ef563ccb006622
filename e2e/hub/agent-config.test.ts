import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder, weir } from "../cli/weir-read.ts";
import { type RunningHub, runHub } from "../running-hub.ts";

const ROLES = ["viewer", "editor", "admin", "agent"] as const;
type Role = (typeof ROLES)[number];

const tokenOf = (role: Role) => `${role}-0123456789abcdef0123456789abcdef`;
const access = {
  tokens: ROLES.map((role) => ({ name: role, role, sha256: createHash("sha256").update(tokenOf(role)).digest("hex") })),
};

describe("what a hub's agents are told", () => {
  const { folder, write } = temporaryFolder();
  const data = join(folder, "data");
  const accessFile = write("access.json", JSON.stringify(access));
  let hub: RunningHub;
  const ask = (role: Role, path: string, method = "GET", body?: unknown) =>
    fetch(`${hub.url}/api/agents/${path}`, {
      method,
      headers: { authorization: `Bearer ${tokenOf(role)}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const agents = (...args: readonly string[]) =>
    spawnSync(process.execPath, [weir, "agents", ...args, "--hub", hub.url], {
      encoding: "utf8",
      env: { ...process.env, WEIR_TOKEN: tokenOf("editor") },
    });

  beforeAll(async () => {
    hub = await runHub(data, "--access", accessFile);
  });
  afterAll(() => hub.stop());

  it("is changed by editors and admins, seen by viewers, and given to agents only", async () => {
    const put = async (role: Role) => (await ask(role, "config", "PUT", { sampleOneOf: 2 })).status;
    expect([await put("viewer"), await put("agent"), await put("editor"), await put("admin")]).toEqual([
      403, 403, 200, 200,
    ]);
    expect((await ask("viewer", "config")).status).toBe(200);
    expect([(await ask("agent", "x/orders")).status, (await ask("editor", "x/orders")).status]).toEqual([200, 403]);
    const rule = { kind: "bodies", edge: { serverService: "orders" }, minutes: 1 };
    expect((await ask("viewer", "rules", "POST", rule)).status).toBe(403);
    const audit = (await (
      await fetch(`${hub.url}/api/audit`, { headers: { authorization: `Bearer ${tokenOf("admin")}` } })
    ).json()) as { items: { action: string; caller: string }[] };
    const changes = audit.items.filter(({ action }) => action === "agentConfigChanged");
    expect(changes.map(({ caller }) => caller).sort()).toEqual(["admin", "editor"]);
  });

  it("is offered at once to an agent that waits for it, and to no other twice", async () => {
    const orders = async (have: string, waitMs: number) =>
      (await (await ask("agent", `x/orders?have=${encodeURIComponent(have)}&waitMs=${waitMs}`)).json()) as {
        control?: { signature: string; payload: string };
      };
    const first = await orders("", 0);
    const signature = first.control?.signature ?? "";
    expect(await orders(signature, 0)).not.toHaveProperty("control");
    const waiting = orders(signature, 20_000);
    await ask("editor", "config", "PUT", { sampleOneOf: 9 });
    expect(JSON.parse((await waiting).control?.payload ?? "{}")).toMatchObject({ config: { sampleOneOf: 9 } });
  });

  it("is got, set and changed for a while on the command line, with what is wrong in words", () => {
    const file = write("agents.json", JSON.stringify({ bodies: false, agents: { "node-1": { bodies: true } } }));
    expect(agents("config", "set", file).stdout).toMatch(/^version \d+\n$/);
    expect(JSON.parse(agents("config", "get").stdout)).toEqual({
      bodies: false,
      agents: { "node-1": { bodies: true } },
    });
    const wrong = agents("config", "set", write("wrong.json", JSON.stringify({ sampleOneof: 2 })));
    expect(wrong.status).not.toBe(0);
    expect(wrong.stderr).toContain('Did you mean "sampleOneOf"?');
    const added = agents("bodies", "--client", "web", "--server", "orders", "--port", "80", "--minutes", "5").stdout;
    expect(added).toContain("bodies of web to orders:80");
    const [ruleId = ""] = added.split(" ");
    expect(agents("rules").stdout).toContain(ruleId);
    expect(agents("end", ruleId).status).toBe(0);
    expect(agents("rules").stdout).toBe("nothing is on for a while\n");
    expect(agents("list").stdout).toBe("no agent has reported\n");
  });

  it("may stand in a file, and is then changed there alone", async () => {
    await hub.stop();
    const file = write("in-git.json", JSON.stringify({ sampleOneOf: 4 }));
    hub = await runHub(data, "--access", accessFile, "--agent-config", file);
    expect(await (await ask("viewer", "config")).json()).toMatchObject({ file, config: { sampleOneOf: 4 } });
    const refused = await ask("editor", "config", "PUT", {});
    expect(await refused.json()).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining(file) });
  });
});
