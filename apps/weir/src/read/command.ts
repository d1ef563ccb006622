import { SEVERITIES } from "@weir/model";
import { Command, Option } from "commander";
import type { ReadOptions } from "./options.ts";
import { runRead } from "./run.ts";

const EXAMPLES = `
Examples:
  weir read shop.pcap.gz                          the page: what is wrong, who talks to whom
  tcpdump -i eth0 -w - | weir read -              live from a pipe; Ctrl-C ends it and prints the page
  weir read a.pcap b.pcap --names names.json      several hosts' captures, addresses named
  weir read x.pcap --filter 'http.statusCode >= 500 && server.port == 8080'
  weir read x.pcap --json | jq 'select(.kind == "finding")'
  weir read x.pcap --connections                  one row per connection
  weir read x.pcap --connections --format csv > connections.csv
  weir read x.pcap --connections --reports        a row when a connection begins, every minute while it goes on, and when it ends
  weir read big.pcap --no-calls                   headers and TCP health only: several times as quick
  weir read big.pcap --connections --no-calls --workers 4 --format csv > connections.csv
                                                  one row per connection, read by four threads
  weir read x.pcap --explain tcp:3                one connection: health, verdicts, calls, every rule's answer, packets
  weir read sflow.pcap --sampling 100             one of 100 packets was captured: volumes times 100, nothing judged
  weir read x.pcap --keys sslkeys.log             read what is inside TLS; secrets in a pcapng are used without it
  weir read x.pcap --config weir.json             thresholds of one's own
  weir read --follow /var/captures/now.pcap       like tail -f: one row per finished connection, Ctrl-C prints the page
  weir read x.pcap --fail-on critical             exit code 3 when there is a critical finding
  weir read x.pcap --into http://127.0.0.1:8686   import into a running hub

Floods and scans:
  Beyond 500 000 open connections, attempts that nobody answered become one record per server and minute, so that they fill nothing: "attempts" says
  how many they are (the table: noAnswer ×48 000), and an end that is several is named so. Connections that work stay.

Workers:
  Rows, their stream numbers and verdicts are those that one worker gives; their order is not. Limits, such as those 500 000, are each worker's own.
  Where nothing but servers seen before would tell who the client is, a worker knows those of its own share.
`;

/** The command `weir read`. */
export function readCommand(): Command {
  return new Command("read")
    .description("Read captures (pcap, pcapng, snoop; gzip or zstd of either; - for a pipe) and say what is wrong.")
    .argument("<files...>", "capture files, or - for standard input")
    .option("--json", "print JSON lines instead of the page: connections, calls, findings, captures")
    .option("--connections", "print one row per connection instead of the page, each as the connection is finished")
    .option(
      "--format <format>",
      "of --connections: table (default), json (JSON lines), csv (all fields; docs/reference/fields.md says what they mean)",
    )
    .option(
      "--reports",
      "with --connections: rows also when a connection begins and every minute in which something happened, in the order in which they come; column or field `report` is start, update or end",
    )
    .option(
      "--no-calls",
      "read headers only: connections and their TCP health, no protocols, no calls, and nothing that only they tell: names, and who asked where the beginning is missing",
    )
    .option(
      "--workers <number>",
      "with --connections --no-calls: so many threads share one plain capture file; rows come as connections end, in no certain order",
      Number,
    )
    .option(
      "--sampling <n>",
      "one of n packets was captured, by choice: nothing is judged by what is missing, and volumes are shown times n",
      Number,
    )
    .option("--explain <stream>", 'print everything about one connection: tcp:3, "tcp 3", udp:2, or 3 for tcp 3')
    .option(
      "--follow",
      "watch one plain pcap or pcapng file grow: rows as connections are finished (JSON lines with --json), and the page on Ctrl-C",
    )
    .option("--filter <expression>", "report only what matches, e.g. 'tcp.retransmissionRatio > 0.01'")
    .addOption(
      new Option("--fail-on <what>", "exit with code 3 when there is such a finding").choices([
        "finding",
        ...SEVERITIES,
      ]),
    )
    .option("--names <file>", 'JSON object of names for addresses: {"10.0.0.2": "orders"}')
    .option("--keys <file>", "TLS secrets as SSLKEYLOGFILE has them, to read what is encrypted; never kept or printed")
    .option(
      "--protos <file>",
      "types of gRPC messages, to show the names of their fields: what protoc --descriptor_set_out --include_imports writes",
    )
    .option("--config <file>", "thresholds of findings and verdicts, as JSON (docs/reference/thresholds.md)")
    .option("--into <url>", "upload the files to a hub instead of reading them here")
    .option("--no-color", "plain text (also with NO_COLOR, and when piped)")
    .option("--no-progress", "no progress line (there is none when piped)")
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], options: ReadOptions) => {
      process.exitCode = await runRead(files, options);
    });
}
