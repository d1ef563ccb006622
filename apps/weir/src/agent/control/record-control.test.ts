import type { ControlRule } from "@weir/http-contract";
import type { Call } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { LiveRecord } from "../messages.ts";
import { RecordControl } from "./record-control.ts";

const RULE: ControlRule = {
  ruleId: "r",
  kind: "bodies",
  edge: { clientService: "web", serverService: "orders" },
  fromUnixMs: 0,
  untilUnixMs: 1,
  by: "anna",
};

describe("records on their way out", () => {
  const call = {
    clientAddress: "10.0.0.1",
    clientService: "web",
    serverAddress: "10.0.0.2",
    serverService: "orders",
    serverPort: 80,
    target: "/cards/4111",
    attributes: { "http.route": "/cards/{id}", "user.id": "7" },
    requestHeaders: [["X-Card", "4111"]],
    responseHeaders: [],
    requestBody: "pay with 4111",
    bodyTruncated: false,
  } as unknown as Call;
  const passed = (control: RecordControl) => (control.pass({ kind: "call", record: call }) as { record: Call }).record;

  it("have no bodies unless somebody asked for them", () => {
    const control = new RecordControl(undefined);
    expect(passed(control)).toMatchObject({ requestBody: undefined, bodyTruncated: true });
    expect(control.keepsBodies).toBe(false);
    control.apply({ settings: {}, rules: [{ ...RULE, edge: { serverService: "payments" } }] });
    expect(passed(control).requestBody).toBeUndefined();
    expect(control.keepsBodies).toBe(true);
    control.apply({ settings: {}, rules: [RULE] });
    expect(passed(control)).toBe(call);
    control.apply({ settings: { bodies: true }, rules: [] });
    expect(passed(control)).toBe(call);
  });

  it("have them where the agent was started so, and never where it was started without", () => {
    const doing = { settings: { bodies: true }, rules: [RULE] };
    const [always, never] = [new RecordControl(true), new RecordControl(false)];
    expect(passed(always)).toBe(call);
    never.apply(doing);
    expect(passed(never).requestBody).toBeUndefined();
  });

  it("are masked by names and by expressions, wherever these match", () => {
    const control = new RecordControl(true);
    const masking = { headers: ["x-card"], attributes: ["user.id"], patterns: ["\\b4\\d{3}\\b"] };
    control.apply({ settings: { masking }, rules: [] });
    expect(passed(control)).toMatchObject({
      target: "/cards/***",
      attributes: { "http.route": "/cards/{id}", "user.id": "***" },
      requestHeaders: [["X-Card", "***"]],
      requestBody: "pay with ***",
    });
  });

  it("are masked in what is made of calls as well", () => {
    const control = new RecordControl(true);
    const masking = { headers: [], attributes: [], patterns: ["\\d{4}"] };
    control.apply({ settings: { masking }, rules: [] });
    const pass = (kind: string, record: object) => control.pass({ kind, record } as unknown as LiveRecord).record;
    expect(pass("retry", { target: "/cards/4111" })).toEqual({ target: "/cards/***" });
    expect(pass("delivery", { destination: "card.4111", key: "4111" })).toEqual({
      destination: "card.***",
      key: "***",
    });
    expect(pass("finding", { title: "4111 fails", summary: "of 4111" })).toEqual({
      title: "*** fails",
      summary: "of ***",
    });
  });

  it("are otherwise as they are", () => {
    const live = { kind: "finding" } as LiveRecord;
    expect(new RecordControl(undefined).pass(live)).toBe(live);
  });
});
