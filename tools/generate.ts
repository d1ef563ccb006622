// Writes the reference pages from the code; with --check, fails where a page is not current.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderExportPage } from "./generate/export-page.ts";
import { renderFieldsPage } from "./generate/fields-page.ts";
import { renderFindingsPage } from "./generate/findings-page.ts";
import { renderHttpApiPage } from "./generate/http-api-page.ts";
import { renderProtocolsPage } from "./generate/protocols-page.ts";
import { renderReceiversPage } from "./generate/receivers-page.ts";
import { renderThresholdsPage } from "./generate/thresholds-page.ts";
import { renderVerdictsPage } from "./generate/verdicts-page.ts";

const folder = fileURLToPath(new URL("../docs/reference/", import.meta.url));
const PAGES: Readonly<Record<string, () => string>> = {
  "fields.md": renderFieldsPage,
  "protocols.md": renderProtocolsPage,
  "findings.md": renderFindingsPage,
  "verdicts.md": renderVerdictsPage,
  "thresholds.md": renderThresholdsPage,
  "receivers.md": renderReceiversPage,
  "http-api.md": renderHttpApiPage,
  "export.md": renderExportPage,
};
const NOTE = "<!-- Generated from the code by `npm run generate`. Edit the code, not this page. -->\n\n";

const checking = process.argv.includes("--check");
const stale: string[] = [];
mkdirSync(folder, { recursive: true });
for (const [name, render] of Object.entries(PAGES)) {
  const wanted = NOTE + render();
  if (checking) {
    if (readIfThere(folder + name) !== wanted) stale.push(name);
  } else {
    writeFileSync(folder + name, wanted);
  }
}
if (stale.length > 0) {
  process.stderr.write(`Not current: docs/reference/${stale.join(", ")}. Run: npm run generate\n`);
  process.exit(1);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
