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
    expect(names.resolve("10.0.0.1", 50).name).toBe("orders.internal");
  });

  it("believes people's own list before what the wire says", () => {
    const names = new Names();
    names.learn("dns", "10.0.0.1", "ip-10-0-0-1.internal", 10);
    names.learn("file", "10.0.0.1", "orders", 0);
    expect(names.resolve("10.0.0.1", 20)).toEqual({ name: "orders", source: "file" });
  });
});
