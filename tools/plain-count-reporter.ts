import type { Reporter, TestModule } from "vitest/node";

/** Ends a CI run with one plain line, `N passed, N failed, N skipped`, that any log reader understands. */
class PlainCountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") counts[state] += 1;
      }
      if (module.state() === "failed" && module.children.size === 0) counts.failed += 1;
    }
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}

// Vitest loads reporters by their default export.
// biome-ignore lint/style/noDefaultExport: the interface of Vitest reporters
export default PlainCountReporter;
