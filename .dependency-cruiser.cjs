/**
 * The layers, as a table. A package may import what stands in its row and nothing else of ours.
 * `tools/layers.test.ts` proves that a wrong import is found.
 */
const LAYERS = {
  base: [],
  wire: ["base"],
  model: ["base"],
  native: ["base", "model"],
  flow: ["base", "model", "wire"],
  protocols: ["base", "model"],
  identity: ["base", "model"],
  pipeline: ["base", "flow", "identity", "model", "protocols", "wire"],
  query: ["base", "model", "protocols"],
  storage: ["base", "model", "native"],
  capture: ["base"],
  kernel: ["base", "capture"],
  analysis: ["base", "model"],
  kubernetes: ["base", "identity"],
  "http-contract": ["base", "model"],
  receive: ["base", "model", "native", "protocols", "wire"],
  send: ["base", "identity", "model", "protocols", "receive"],
  promql: [],
};
const WITH_NODE = ["capture", "kernel", "kubernetes", "storage"];
const PURE = Object.keys(LAYERS).filter((name) => !WITH_NODE.includes(name));
const TESTS = "(\\.test\\.ts$|/testing/|/fixtures/)";

const layerRules = Object.entries(LAYERS).map(([name, allowed]) => ({
  name: `layer-${name}`,
  comment: `${name} may import only: ${allowed.join(", ") || "nothing of ours"}`,
  severity: "error",
  from: { path: `^packages/${name}/src`, pathNot: TESTS },
  to: { path: "^(packages|apps)/", pathNot: `^packages/(${[name, ...allowed].join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: "pure-without-node",
      comment: "Pure packages run in a worker, in the agent and in a browser tab: no Node modules",
      severity: "error",
      from: { path: `^packages/(${PURE.join("|")})/src`, pathNot: TESTS },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "web-sees-no-engine",
      comment: "The console reads through the HTTP API; it knows words, not bytes",
      severity: "error",
      from: { path: "^apps/web/src" },
      to: {
        path: "^(packages|apps)/",
        pathNot:
          "^(packages/(base|model|http-contract|query)/|packages/protocols/src/records|packages/protocols/src/[^/]+/record|apps/web/)",
      },
    },
    {
      name: "protocols-apart",
      comment: "One protocol may not reach into another one's folder; what several share stands in common/",
      severity: "error",
      from: { path: "^packages/protocols/src/([^/]+)/", pathNot: TESTS },
      to: { path: "^packages/protocols/src/[^/]+/", pathNot: "^packages/protocols/src/($1|common)/" },
    },
    {
      name: "one-door",
      comment: "Other packages are entered by their declared entries",
      severity: "error",
      from: { path: "^(packages|apps)/([^/]+)/" },
      to: {
        path: "^packages/([^/]+)/src/",
        pathNot: "^(packages/[^/]+/src/(index|records)\\.ts$|packages/[^/]+/src/testing/|$1/$2/)",
      },
    },
    {
      name: "tests-stay-in-tests",
      comment: "Code that ships does not import code that tests",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: `(${TESTS}|^apps/web/dev/)` },
      to: { path: TESTS },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "not-to-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|node_modules|generated)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default", "types"] },
  },
};
