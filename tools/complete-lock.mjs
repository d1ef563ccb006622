// Run after `npm install` where the registry lacks packages for other platforms: npm then leaves those optional packages out of the lock file, and
// `npm ci` refuses it. Adds them as their parents name them; they are only ever fetched on their own platform.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const added = [];
for (const { optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] !== undefined || !/^\d/.test(version)) continue;
    lock.packages[key] = { version, optional: true, ...platformOf(name) };
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(added.length === 0 ? "the lock file was complete\n" : `added ${added.join(", ")}\n`);

/** Platform packages end in `-OS-CPU`, sometimes with the C library behind. */
function platformOf(name) {
  const [, os, cpu] = /(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9_]+)/.exec(name) ?? [];
  return os === undefined ? {} : { os: [os], cpu: [cpu] };
}
