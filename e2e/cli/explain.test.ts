import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cutAnswer, failedCall, recordings, refused, run, temporaryFolder } from "./weir-read.ts";

describe("weir read --explain", () => {
  const { write } = temporaryFolder();

  it("tells everything about one connection", () => {
    const { stdout, status } = run(["--explain", "tcp 0", write("call.pcap", failedCall().toPcap())]);
    expect(status).toBe(0);
    expect(stdout).toContain("tcp 0  10.0.0.1:20000 → orders (10.0.0.2:80)  in call.pcap");
    expect(stdout).toContain(
      "from 2023-11-14T22:13:20.000000000Z to 2023-11-14T22:13:20.021010000Z, 21.0 ms · packets 2 to 10",
    );
    expect(stdout).toMatch(/handshakeNs +1\.01 ms {2}First SYN to the ACK .* \[tcp\.analysis\.initial_rtt\]/);
    expect(stdout).toMatch(/clientMss +1 460 B/);
    expect(stdout).toMatch(/^ {2}zero: .*clientRetransmissions/m);
    expect(stdout).toMatch(/HOW IT ENDED {2}closed: FIN from both sides\n {2}seen: SYN, SYN-ACK, ACK, DATA, FIN/);
    expect(stdout).toMatch(/GET \/orders\/7 +1\.01 ms {2}serverError 503 +20\.0 ms/);
    expect(stdout).toMatch(/none: nothing in these packets crosses a threshold/);
    expect(stdout).toMatch(/ASKED, AND NOTHING FOUND[\s\S]*http\.server-errors \(needs: at least 3 answers/);
  });

  it("draws its first packets, numbered as in the capture, at most forty", () => {
    const capture = failedCall();
    const ladder = ladderOf(run(["--explain", "0", write("call.pcap", capture.toPcap())]).stdout);
    expect(ladder[0]).toBe("PACKETS  all 9");
    expect(ladder[2]).toMatch(/^ +2 +0 ns {2}→ {2}SYN +0 +0 +64000$/);
    expect(ladder[3]).toMatch(/^ +3 +1\.00 ms {2}← {2}SYN ACK +0 +1 +0 +64000$/);
    const long = capture.tcp("10.0.0.1:20001", "10.0.0.2:81").handshake();
    for (let count = 0; count < 50; count += 1) long.send("client", "more");
    const truncated = ladderOf(run(["--explain", "1", write("long.pcap", capture.toPcap())]).stdout);
    expect(truncated[0]).toBe("PACKETS  the first 40 of 53");
    expect(truncated).toHaveLength(42);
  });

  it("walks the decision trees for it alone, and shows the path", () => {
    const { stdout, status } = run(["--explain", "tcp:3", "--fail-on", "critical", write("refused.pcap", refused())]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/1\. CRITICAL {2}10\.0\.0\.1 → 10\.0\.0\.2:5432: .*refuses/);
    expect(stdout).toMatch(/1 of 1 connection attempts failed/);
    expect(stdout).toMatch(/[✔✘] .+\(against .+\)/);
    expect(stdout).toMatch(/ASKED, AND NOTHING FOUND.*\n {2}tcp\.connect-no-answer, /);
  });

  it("walks the verdict trees: each question with its answer, what is ruled out, what it cannot tell and why", () => {
    const { stdout } = run(["--explain", "tcp:3", write("refused.pcap", refused())]);
    const verdicts = /^VERDICTS\n([\s\S]*?)\n\nCALLS/m.exec(stdout)?.[1] ?? "";
    expect(verdicts).toMatch(/What does the handshake say\? {2}handshake not completed \(notCompleted\)/);
    expect(verdicts).toMatch(/Did it fail\? {2}refused \(refused\)/);
    expect(verdicts).toMatch(/✘ Did it come to work\? ending: refused \(against .+\) → ruled out/);
    expect(verdicts).toMatch(
      /\? Does the reset come from somebody else .* → cannot tell, because the server sent nothing/,
    );
    expect(verdicts).toMatch(/Cannot tell: refused on the path, because /);
    expect(verdicts).toMatch(/Packets: \d+/);
  });

  it("holds the trees against thresholds of one's own", () => {
    const config = write("weir.json", '{"thresholds": {"handshakeQuickNs": "500us"}}');
    const outcomes = (...more: string[]) => {
      const { stdout } = run(["--explain", "tcp 0", "--json", ...more, write("call.pcap", failedCall().toPcap())]);
      return (JSON.parse(stdout) as { verdicts: { outcome: string }[] }).verdicts.map(({ outcome }) => outcome);
    };
    expect(outcomes()).toEqual(["quick", "working", "healthy"]);
    expect(outcomes("--config", config)).toEqual(["ordinary", "working", "healthy"]);
  });

  it("takes one reset for a reset", () => {
    const { stdout } = run(["--explain", "0", write("cut.pcap", cutAnswer().toPcap())]);
    expect(stdout).toMatch(/WARNING .* resets connections in the middle/);
  });

  it("finds the cause in the recorded incident on the connection that has it", () => {
    const names = join(recordings, "names.json");
    const { stdout } = run(["--explain", "tcp 3", "--names", names, join(recordings, "orders.pcap.gz")]);
    expect(stdout).toMatch(/1\. CRITICAL {2}orders → payments:8080: payments is not reading/);
    expect(stdout).toMatch(/serverZeroWindowNs +4\.50 s {2}Time that the server's window stood at zero/);
  });

  it("gives the same as one JSON object", () => {
    const { stdout } = run(["--explain", "udp 0", "--json", write("call.pcap.gz", gzipSync(failedCall().toPcap()))]);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "explanation",
      connection: { transport: "udp", streamNumber: 0, protocol: "dns" },
      definitions: { clientPackets: { meaning: "Packets that the client sent", unit: "packets" } },
      ended: { reason: "open" },
      calls: [{ operation: "A", target: "a" }],
      rulesWithoutFinding: expect.arrayContaining([expect.objectContaining({ rules: ["dns.slow"] })]),
      ladder: { packets: [{ number: 1, fromClient: true }], truncated: false },
    });
  });

  it("says how many streams there are where it is none of them", () => {
    const { status, stderr } = run(["--explain", "tcp 7", write("call.pcap", failedCall().toPcap())]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no stream tcp 7 in .*: it has 1 tcp stream \(tcp 0\) and 1 udp stream \(udp 0\)/);
  });

  it.each([
    [["--explain", "http", "a.pcap"], /"http" names no stream. Write tcp:3/],
    [["--explain", "tcp", "3", "a.pcap"], /one word, and one file/],
    [["--explain", "3", "-"], /a pipe only comes once/],
    [["--explain", "3", "--connections", "a.pcap"], /--explain and --connections do not go together/],
  ])("refuses %j in one line", (args, message) => {
    const { status, stderr } = run(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

function ladderOf(page: string): string[] {
  return page.slice(page.indexOf("PACKETS ")).trimEnd().split("\n");
}
