import { DEFAULT_CONFIG } from "@weir/analysis";
import { describe, expect, it } from "vitest";
import { parseConfig, readConfigFile } from "./config-file.ts";

const parse = (sections: object) => parseConfig(JSON.stringify(sections), "weir.json");
const thresholds = (values: object) => parse({ thresholds: values }).thresholds;
const failureOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("a configuration", () => {
  it("changes the thresholds that it names, and leaves the others", () => {
    expect(thresholds({ lossMinResent: 9 })).toEqual({ ...DEFAULT_CONFIG, lossMinResent: 9 });
    expect(parse({})).toEqual({ thresholds: DEFAULT_CONFIG, sampling: {} });
  });

  it("takes times and ratios as people write them", () => {
    const config = thresholds({
      slowThinkNs: "1.5 s",
      zeroWindowNs: 5e8,
      lossDegradedRatio: "2.5 %",
      jitterRatio: 0.4,
    });
    expect(config).toMatchObject({
      slowThinkNs: 1_500_000_000,
      zeroWindowNs: 500_000_000,
      lossDegradedRatio: 0.025,
      jitterRatio: 0.4,
    });
  });

  it("refuses a name that it does not know, with the nearest that it does", () => {
    expect(failureOf(() => thresholds({ slowThinkMs: 5 }))).toMatchObject({
      code: "CONFIG_INVALID",
      message: 'there is no threshold "slowThinkMs" (in weir.json)',
      hint: expect.stringContaining('Did you mean "slowThinkNs"?'),
    });
    expect(failureOf(() => parseConfig('{"treshold": {}}', "weir.json"))).toMatchObject({
      message: 'there is no section "treshold" (in weir.json)',
      hint: expect.stringContaining('Did you mean "thresholds"?'),
    });
  });

  it("says how a hub samples traces", () => {
    const sampling = { traceBudget: "100/s", traceWait: "30s" };
    expect(parse({ sampling })).toEqual({ thresholds: DEFAULT_CONFIG, sampling });
    expect(failureOf(() => parse({ sampling: { tracebudget: "100/s" } }))).toMatchObject({
      code: "CONFIG_INVALID",
      message: 'there is no key of sampling "tracebudget" (in weir.json)',
      hint: 'Did you mean "traceBudget"? docs/sampling.md says what they mean',
    });
    for (const wrong of [{ traceBudget: 100 }, { traceBudget: "0/s" }, { traceWait: "10m" }, { traceWait: "soon" }])
      expect(failureOf(() => parse({ sampling: wrong }))).toMatchObject({
        code: "CONFIG_INVALID",
        message: expect.stringMatching(/does not fit the key "trace(Budget|Wait)" of sampling \(in weir.json\)/),
      });
  });

  it.each([
    ["a time without a unit", { slowThinkNs: "500" }, 'It is a time: nanoseconds, or text such as "250ms" or "1.5s"'],
    ["a ratio above 1", { lossDegradedRatio: 2 }, 'It is a ratio: a number from 0 to 1, or text such as "2 %"'],
    ["a text for a number", { lossMinResent: "many" }, "It is a number"],
    ["a number below zero", { lossMinResent: -1 }, "It is a number"],
    ["nothing", { lossMinResent: null }, "It is a number"],
  ])("refuses %s, and says what fits", (_, values, hint) => {
    expect(failureOf(() => thresholds(values))).toMatchObject({ code: "CONFIG_INVALID", hint });
  });

  it("refuses what is no JSON object of sections", async () => {
    for (const text of ["thresholds: {}", "[]", '{"thresholds": 3}']) {
      expect(failureOf(() => parseConfig(text, "weir.json"))).toMatchObject({ code: "CONFIG_INVALID" });
    }
    await expect(readConfigFile("/no/such/file.json")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("is the defaults where there is no file", async () => {
    expect(await readConfigFile(undefined)).toBe(DEFAULT_CONFIG);
  });
});
