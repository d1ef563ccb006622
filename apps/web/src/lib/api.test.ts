import { describe, expect, it } from "vitest";
import { addressOf } from "./api.ts";

describe("addressOf", () => {
  it("fills in the parameters, whatever characters they hold", () => {
    expect(addressOf("getCall", { callId: "a/b c" })).toBe("/api/calls/a%2Fb%20c");
    expect(addressOf("downloadPackets", { connectionId: "x-tcp-1" })).toBe("/api/connections/x-tcp-1/packets.pcapng");
  });

  it("leaves empty and missing query parameters out", () => {
    expect(addressOf("listCalls", {}, { capture: "", filter: "a b", limit: 5, connection: undefined })).toBe(
      "/api/calls?filter=a%20b&limit=5",
    );
  });
});
