import { describe, expect, it } from "vitest";
import { edgeFilter, edgeText, packetFilter, titleWithoutEdge } from "./filter-text.ts";

const edge = { clientService: "orders", serverService: 'pay"ments', serverPort: 8080 };

describe("filters", () => {
  it("quote names, so that no name can end the text", () => {
    expect(edgeFilter(edge)).toBe(
      'client.service == "orders" && server.service == "pay\\"ments" && server.port == 8080',
    );
  });

  it("find the connections around a packet", () => {
    expect(packetFilter(edge, 47)).toMatch(/connection\.firstPacket <= 47 && connection\.lastPacket >= 47$/);
  });
});

describe("titleWithoutEdge", () => {
  it("takes off the edge, and nothing else", () => {
    expect(titleWithoutEdge(`${edgeText(edge)}: it does not read`, edge)).toBe("it does not read");
    expect(titleWithoutEdge("dns answers late", edge)).toBe("dns answers late");
  });
});
