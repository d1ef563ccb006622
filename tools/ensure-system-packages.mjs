// The tests need a browser, and the tools that the agent's test bed and certificates are made with. Installs what is missing (Debian), or says what to install.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian package, and a file that shows that it is there. */
const NEEDED = [
  ["prometheus", "/usr/bin/prometheus"],
  ["bsdutils", "/usr/bin/logger"],
  ["rsyslog", "/usr/sbin/rsyslogd"],
  ["rsyslog-openssl", "/usr/share/doc/rsyslog-openssl"],
  ["softflowd", "/usr/sbin/softflowd"],
  ["nfdump", "/usr/bin/nfcapd"],
  ["tshark", "/usr/bin/tshark"],
  ["chromium", "/usr/bin/chromium"],
  ["iproute2", "/usr/bin/ip"],
  ["tcpdump", "/usr/bin/tcpdump"],
  ["openssl", "/usr/bin/openssl"],
  ["curl", "/usr/bin/curl"],
  ["nftables", "/usr/sbin/nft"],
  // Container engines, and what containers of the tests are made of.
  ["containerd", "/usr/bin/containerd"],
  ["runc", "/usr/sbin/runc"],
  ["podman", "/usr/bin/podman"],
  ["containernetworking-plugins", "/usr/lib/cni/bridge"],
  ["busybox-static", "/usr/share/doc/busybox-static"],
  // What the programs for the kernel are compiled with; libbpf-dev brings the library that loads them.
  ["clang", "/usr/bin/clang"],
  ["llvm", "/usr/bin/llvm-strip"],
  ["libbpf-dev", "/usr/include/bpf/libbpf.h"],
];

const missing = NEEDED.filter(([, file]) => !existsSync(file)).map(([name]) => name);
if (missing.length > 0 && process.env.WEIR_CHROMIUM === undefined) {
  const install = (args) =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  const isRoot = process.getuid?.() === 0;
  const hasApt = existsSync("/usr/bin/apt-get");
  if (!isRoot || !hasApt) {
    process.stderr.write(
      `The tests need: ${missing.join(", ")}. Install it (Debian: sudo apt-get install ${missing.join(" ")}), or set WEIR_CHROMIUM to a Chromium binary.\n`,
    );
    process.exit(1);
  }
  process.stdout.write(`installing ${missing.join(", ")} …\n`);
  install(["update", "-qq"]);
  const run = install(["install", "-y", "-qq", "--no-install-recommends", ...missing]);
  if (run.status !== 0) process.exit(run.status ?? 1);
}
