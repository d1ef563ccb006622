import { describe, expect, it } from "vitest";
import { edgeFilter, edgeText, packetFilter, titleWithoutEdge } from "./filter-text.ts";

const edge = { clientService: "orders", serverService: 'pay"ments', serverPort: 8080 };

describe("filters", () => {
  it("quote names, so that no name can end the text", () => {
    expect(edgeFilter(edge)).toBe(
      'client.service == "orders" && server.service == "pay\\"ments" && server.port == 8080',
    );
  });

  it("select the edges of a grouped map by what it is grouped by, and leave out what is not known", () => {
    const grouped = { clientService: "front", serverService: "no namespace known", serverPort: 0 };
    expect(edgeFilter(grouped, "namespace")).toBe('client.k8s.namespace.name == "front"');
    expect(edgeFilter({ ...grouped, serverService: "eu-1a" }, "zone")).toBe(
      'client.cloud.availability_zone == "front" && server.cloud.availability_zone == "eu-1a"',
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
