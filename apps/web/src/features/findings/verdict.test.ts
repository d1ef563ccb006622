import { describe, expect, it } from "vitest";
import { countWords } from "./verdict.ts";

const of = (severity: "critical" | "warning" | "info", decided = true) => ({ severity, decided });

describe("countWords", () => {
  it("counts by severity, worst first", () => {
    expect(countWords([of("warning"), of("critical"), of("warning")])).toBe("1 critical, 2 warnings");
  });

  it("keeps apart what the capture cannot decide", () => {
    expect(countWords([of("critical", false), of("warning")])).toBe("1 warning, 1 that cannot be decided");
  });
});
