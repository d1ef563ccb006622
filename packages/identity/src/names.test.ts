import { describe, expect, it } from "vitest";
import { Names } from "./names.ts";

describe("Names", () => {
  it("lets an unknown address stand for itself", () => {
    expect(new Names().resolve("10.0.0.1", 0)).toEqual({ name: "10.0.0.1", source: "address" });
  });

  it("keeps the name that an address had at that moment", () => {
    const names = new Names();
    names.learn("dns", "10.0.0.1", "orders.internal", 100);
    names.learn("dns", "10.0.0.1", "payments.internal", 200);
    expect(names.resolve("10.0.0.1", 150).name).toBe("orders.internal");
    expect(names.resolve("10.0.0.1", 250).name).toBe("payments.internal");
  });

  it("names what came before with what was learned later, where nothing else is known", () => {
    const names = new Names();
    names.learn("dns", "10.0.0.1", "orders.internal", 100);
    expect(names.resolve("10.0.0.1", 50).name).toBe("orders.internal");
  });

  it("sorts by the time that a name holds from, not by when it was learned", () => {
    const names = new Names();
    names.learn("dns", "10.0.0.1", "payments.internal", 200);
    names.learn("dns", "10.0.0.1", "orders.internal", 100);
    expect(names.resolve("10.0.0.1", 150).name).toBe("orders.internal");
    expect(names.resolve("10.0.0.1", 250).name).toBe("payments.internal");
  });

  it("goes back to an earlier name when an address does", () => {
    const names = new Names();
    names.learn("dns", "10.0.0.1", "a.internal", 100);
    names.learn("dns", "10.0.0.1", "b.internal", 200);
    names.learn("dns", "10.0.0.1", "a.internal", 300);
    expect([150, 250, 350].map((atNs) => names.resolve("10.0.0.1", atNs).name)).toEqual([
      "a.internal",
      "b.internal",
      "a.internal",
    ]);
  });

  it("believes people's own list, then a cluster, then the capture file, then DNS, then what clients asked for", () => {
    const names = new Names();
    const learned = [
      ["host", "shop.example"],
      ["sni", "tls.shop.example"],
      ["dns", "ip-10-0-0-1.internal"],
      ["capture", "node-1"],
      ["kubernetes", "orders-api"],
      ["file", "orders"],
    ] as const;
    const resolved = learned.map(([source, name]) => {
      names.learn(source, "10.0.0.1", name, 10);
      return names.resolve("10.0.0.1", 20);
    });
    expect(resolved).toEqual(learned.map(([source, name]) => ({ name, source })));
  });

  it("writes names from the wire in one form, and people's as they wrote them", () => {
    const names = new Names();
    names.learn("dns", "10.0.0.1", "Orders.Internal.", 0);
    names.learn("host", "10.0.0.2", "Shop.Example:8080", 0);
    names.learn("file", "10.0.0.3", "Payments DB", 0);
    expect(names.resolve("10.0.0.1", 0).name).toBe("orders.internal");
    expect(names.resolve("10.0.0.2", 0).name).toBe("shop.example");
    expect(names.resolve("10.0.0.3", 0).name).toBe("Payments DB");
  });

  it.each(["", ".", "10.0.0.9", "[::1]", "x".repeat(254)])("does not take %j from a Host header for a name", (text) => {
    const names = new Names();
    names.learn("host", "10.0.0.1", text, 0);
    expect(names.resolve("10.0.0.1", 0).source).toBe("address");
  });

  it("finds an address however people wrote it", () => {
    const names = new Names();
    names.learn("file", "FD00:0:0::0001", "orders", 0);
    names.learn("file", "::ffff:10.0.0.1", "payments", 0);
    expect(names.resolve("fd00::1", 0).name).toBe("orders");
    expect(names.resolve("10.0.0.1", 0).name).toBe("payments");
  });
});

describe("the limits of Names", () => {
  it("forgets the address learned first, but never what people gave", () => {
    const names = new Names({ addresses: 2 });
    names.learn("file", "10.0.0.9", "given", 0);
    for (const last of [1, 2, 3]) names.learn("dns", `10.0.0.${last}`, `host-${last}`, 0);
    expect(names.resolve("10.0.0.1", 0).source).toBe("address");
    expect(names.resolve("10.0.0.3", 0).name).toBe("host-3");
    expect(names.resolve("10.0.0.9", 0).name).toBe("given");
    expect(names.dropped).toBe(1);
  });

  it("keeps the latest names of an address that changes hands all the time", () => {
    const names = new Names({ namesPerAddress: 3 });
    for (let turn = 0; turn < 10; turn += 1) names.learn("dns", "10.0.0.1", `tenant-${turn}`, turn);
    expect(names.resolve("10.0.0.1", 9).name).toBe("tenant-9");
    expect(names.resolve("10.0.0.1", 0).name).toBe("tenant-7");
    expect(names.dropped).toBe(7);
  });
});
