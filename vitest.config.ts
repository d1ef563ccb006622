import { defineConfig } from "vitest/config";

/** One project per kind of test; `npm run check` runs them all. */
export default defineConfig({
  test: {
    reporters: process.env["CI"] ? ["default", "./tools/plain-count-reporter.ts"] : ["default"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["packages/**/*.test.ts", "apps/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.store.test.ts"],
          // Long fixtures go through every cut; machines are busy.
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "store",
          include: ["packages/**/*.store.test.ts", "apps/**/*.store.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      { extends: true, test: { name: "corpus", include: ["e2e/corpus/**/*.test.ts"], testTimeout: 1_800_000 } },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["e2e/{agent,browser,cli,hub}/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
