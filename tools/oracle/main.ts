// npm run oracle -- DIR: holds Weir's connections against tshark's facts, for every capture with a facts file below DIR.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { WeirError } from "@weir/base";
import { reportCalls } from "./calls/report.ts";
import { reportFacts } from "./report.ts";
import { reportTshark } from "./tshark/report.ts";

const HELP = `Usage: npm run oracle -- DIR [--verbose] [--json]
       npm run oracle -- DIR --calls [--only PROTOCOL] [--verbose] [--json]
       npm run oracle -- DIR --tshark

Compares connections with the facts that tshark left beside each capture (CAPTURE.facts.json), per stream and per fact.
  --verbose   print every stream that differs
  --json      print the agreement as JSON before the last line
  --calls     compare calls instead: methods, names, status codes … of every protocol of which the facts have events
  --only      of calls: only this protocol, by the name that the facts have for it (http, dns, tls_client_hello, kafka …)
  --tshark    let tshark read the captures now, and compare what the facts files do not hold: SACK, bytes in flight, windows, ECN, TTL and
              DSCP, options, round trips; per stream and side, every difference is printed
`;

const args = process.argv.slice(2);
const folder = args.find((arg, index) => !arg.startsWith("--") && args[index - 1] !== "--only");
if (folder === undefined || args.includes("--help")) {
  process.stdout.write(HELP);
  process.exit(folder === undefined && !args.includes("--help") ? 2 : 0);
}
if (!existsSync(folder)) {
  process.stderr.write(`oracle: there is no ${folder}\n`);
  process.exit(2);
}

const root = resolve(folder);
if (args.includes("--tshark")) {
  process.exitCode = await reportTshark(root).then(
    () => 0,
    (error: unknown) => {
      if (!(error instanceof WeirError)) throw error;
      process.stderr.write(`oracle: ${error.message}. ${error.hint}\n`);
      return 1;
    },
  );
} else if (args.includes("--calls")) {
  const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : undefined;
  await reportCalls(root, { isVerbose: args.includes("--verbose"), isJson: args.includes("--json"), only });
} else reportFacts(root, { isVerbose: args.includes("--verbose"), isJson: args.includes("--json") });
