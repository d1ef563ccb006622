import { DEFAULT_CONFIG } from "@weir/analysis";
import { Store } from "@weir/storage";
import { describe, expect, it } from "vitest";
import { runImport } from "./run-import.ts";

describe("an import", () => {
  const worker = new URL("./testing/stuck-worker.mjs", import.meta.url);
  // Nothing is stored here: the thread fails before it has anything to store.
  const store = new Store({ urls: ["http://127.0.0.1:9"], username: "", password: "" });
  const run = (name: string) => {
    const order = { file: "none", name, captureId: "1", names: new Map<string, string>(), config: DEFAULT_CONFIG };
    const limits = { maxHeapMiB: 32, maxSilenceMs: 1_500 };
    const exports = {
      connections: async () => undefined,
      calls: async () => undefined,
      findings: async () => undefined,
      whole: async () => undefined,
    };
    const { signal } = new AbortController();
    return runImport(order, { store, exports, workerEntry: worker, onProgress: () => undefined, signal, limits });
  };

  it("that takes too much memory ends alone, and says what to do", async () => {
    await expect(run("memory")).rejects.toMatchObject({
      code: "LIMIT_REACHED",
      message: "reading memory takes more than 32 MiB of memory",
      hint: expect.stringContaining("editcap"),
    });
  });

  it("that gets no further ends", async () => {
    await expect(run("time")).rejects.toMatchObject({ message: "reading time got no further for 1.5 seconds" });
  });
});
