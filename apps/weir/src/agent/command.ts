import { Command, Option } from "commander";
import { addExportOptions, exportExamples } from "../export/options.ts";
import { USUAL_ENGINES } from "./containers/engine.ts";
import type { AgentOptions } from "./options.ts";
import { runAgent } from "./run-agent.ts";

const EXAMPLES = `
Examples:
  weir agent                                    all interfaces of this host, a row per finished connection
  weir agent --interface eth0,lo                these interfaces
  weir agent --interface eth0 --workers 4       threads that share the packets, a conversation in each; some 50 MiB of memory more for each
  weir agent --interface any@web                all interfaces of the network namespace web (ip netns), or any@/proc/1234/ns/net
  weir agent --bpf 'tcp port 5432'              only these packets (man pcap-filter)
  weir agent --json | jq 'select(.kind == "finding")'
                                                records as JSON lines: connections (report: start, update, end), calls, retries, findings
  tcpdump -U -w - | weir agent --read -         without any rights: packets that somebody else captures
  weir agent --hub http://hub.example:8686 --token-file /etc/weir/token
                                                records into a hub, live: its lists, its map, its page Agents
  weir agent --hub https://hub.example:8686 --hub-ca ca.pem --hub-cert agent.pem --hub-cert-key agent.key
                                                the same with a certificate in place of the token
  weir agent --hub http://hub.example:8686 --history /var/lib/weir/packets
                                                as well, and the packets of the last 24 hours (2 GiB at most) for the hub to fetch
  curl -s 127.0.0.1:8687/status                 how it goes: abilities, packets, drops, memory

Rights:
  Capturing takes root or CAP_NET_RAW (setcap cap_net_raw+ep on the node binary), other network namespaces CAP_SYS_ADMIN. What is missing is said at start.

Interfaces:
  The same packet on its way through several of them (a container's, a bridge, a network card) counts once, as the one nearest to the process saw it; a connection's vantages names them,
  that one first. Behind address translation (NAT) it is another connection.

Processes:
  A connection's record names the processes at both ends where they are on this host: process id, name, binary, command line without its secrets, user, container. They are
  looked up in /proc when a connection begins, and kept until it ends; where one is not known the record says why (clientProcessUnknown, serverProcessUnknown). Names and
  images of containers, and their pods, are asked of Docker, Podman, containerd or CRI-O (--containers).

Kernel:
  With root (or CAP_BPF, CAP_PERFMON), Linux 5.10 and libbpf1, small programs in the kernel tell what packets cannot: who opened and who serves a connection, however
  short it lives (clientProcessSource: kernel), and the errno of one that failed (connectError); what the kernel itself sent again (clientKernelRetransmissions) and dropped
  (clientDrops), why and where (dropCauses). What each costs is in the status. With --tls-plaintext they read as well what processes write and read inside of TLS
  (OpenSSL's library, or inside of a program such as node; the first 64 KiB of each write and read), so that the calls of HTTPS are calls as others are.

Profiles:
  --profile looks 99 times a second and processor at who runs, and where: the kernel's functions, those of programs and libraries (their tables of symbols, or what distributions
  keep of them in /usr/lib/debug), and those that compilers make while a program runs, where it tells them (/tmp/perf-PID.map: node --perf-basic-prof). --profile-off-cpu tells what
  threads wait for. Programs need frame pointers for whole stacks. They go to the hub's page Profiles by service (OTEL_SERVICE_NAME, else the program), or are printed with --json.

Kubernetes:
  --kubernetes in-cluster follows the API server by watches and names the pods at both ends, their namespace, owner, node, zone and Service, as they were when the connection
  began. What is not known says why (clientK8sPodUnknown, serverK8sPodUnknown). In a DaemonSet --kubernetes-node (or NODE_NAME) keeps that to the node's own pods.
  --kubernetes hub needs no access to the API server: the hub follows it once (weir hub --kubernetes) and tells its agents. Only for hosts that are on that cluster's network: addresses of pods
  are the same in many clusters.

Packets:
  With --history the packets are kept as compressed pcapng files of some MiB each (wireshark and weir read open them), until there are too many or they are too old. The hub
  fetches those of a connection, call or finding for who may read payloads, and can pin a window against that. Off unless asked for: packets hold what people said.

Control:
  The hub may change what an agent does, without a restart: filter and snap length, sampling, abilities, bodies, masking; for one edge also for some minutes (docs/agents.md). It signs
  what it says, the agent keeps the last that it took (--spool) and goes on with it when the hub is away. What the agent was started with is a bound: the hub can narrow --bpf and
  --snap-length, and turns on nothing that --no-… turned off.

Overload:
  The agent gives way to the programs that it watches (--nice 5); what it has no time for waits in the packet ring. The status says what each of its parts uses.
  When packets come faster than they can be read, the agent leaves out bodies, then calls, then packets of most connections; never beginnings and ends of
  TCP connections, and never totals. The status says so while it lasts, records carry the grade reasons overload and sampled, and it takes all again when
  the ring is calm for five seconds. Packets that the kernel dropped are counted, and connections that may miss them are graded captureLoss.
`;

/** The command `weir agent`. */
export function agentCommand(): Command {
  const command = new Command("agent")
    .description("Watch this host's traffic live (Linux): connections with their health, calls, findings.")
    .option(
      "--interface <names>",
      "interfaces, comma-separated, or any; NAME@NAMESPACE for another network namespace",
      "any",
    )
    .option("--bpf <expression>", "capture only what matches this pcap filter expression")
    .option("--snap-length <bytes>", "keep so many bytes of a packet", "262144")
    .option("--ring-mib <number>", "memory of the kernel's packet ring per interface, in MiB", "16")
    .option("--workers <number>", "threads that share the packets of busy interfaces, each with rings of its own", "1")
    .option("--nice <number>", "how far to give way to other programs where processors are short, 0 to 19", "5")
    .option("--promiscuous", "capture frames to others, too, as on a mirror port")
    .option("--read <source>", "read a capture from a pipe (-) or file instead of the network; takes no rights")
    .option("--hub <url>", "send records to this hub, e.g. http://hub.example:8686")
    .option("--token-file <file>", "file with the token that the hub wants")
    .option("--hub-ca <file>", "certificates (PEM) of who signed the hub's one (default: whom the system trusts)")
    .option("--hub-cert <file>", "the agent's own certificate, PEM, where the hub asks for one; may stand for a token")
    .option("--hub-cert-key <file>", "its private key, PEM")
    .option("--agent-id <name>", "name of this agent in the hub (default: the host's name)")
    .option("--hub-key <key>", "the key that the hub signs with (default: trust the first that it shows, from then on)")
    .option("--no-control", "let the hub change nothing: neither filter nor sampling, abilities, bodies or masking")
    .option("--spool <dir>", "folder for records that the hub does not take yet", ".weir-agent")
    .option(
      "--spool-mib <number>",
      "what that folder may hold, in MiB; beyond it what is worth least is lost, and counted",
      "512",
    )
    .option(
      "--history <dir>",
      "keep the packets themselves in this folder, so that the hub can fetch those of any connection",
    )
    .option("--history-mib <number>", "what that folder may hold, in MiB; the oldest packets go first", "2048")
    .option("--history-hours <number>", "how long packets are kept at most", "24")
    .option("--json", "print JSON lines instead of a table")
    .option("--no-calls", "read headers only: connections and their health, no calls")
    .option("--no-processes", "do not look for the processes behind connections")
    .option("--no-kernel", "load no programs into the kernel (eBPF)")
    .option("--no-kernel-sockets", "do not have the kernel tell who opens, serves and loses connections")
    .option("--no-kernel-datagrams", "do not have it tell who sends datagrams, as those of DNS")
    .option("--no-kernel-retransmissions", "do not have it tell what it sends again")
    .option("--no-kernel-drops", "do not have it tell which packets it drops, and why")
    .option(
      "--tls-plaintext",
      "read calls inside of TLS where processes of this host use OpenSSL (eBPF on SSL_read and SSL_write)",
    )
    .option("--no-tls-plaintext", "never do so, whatever the hub says")
    .option("--profile", "take profiles of what all processors work on, at 99 Hz (eBPF on perf_event)")
    .option("--profile-off-cpu", "take profiles of what programs wait for (eBPF on sched_switch)")
    .option("--profile-off-cpu-us <number>", "leave out waits that are shorter, in microseconds", "1000")
    .option("--no-profile", "take none, whatever the hub says")
    .option("--no-profile-off-cpu", "take none, whatever the hub says")
    .option("--bodies", "keep the beginnings of calls' bodies (default: only where the hub says so)")
    .option("--no-bodies", "keep none, whatever the hub says")
    .option("--names <file>", 'JSON object of names for addresses: {"10.0.0.2": "orders"}')
    .option("--containers <sockets>", "ask these container engines for the names of containers", USUAL_ENGINES)
    .option("--no-containers", "ask no container engines")
    .option(
      "--kubernetes <source>",
      "name pods, Services and nodes: in-cluster (service account), a kubeconfig, or hub: as the hub follows them",
    )
    .addOption(
      new Option("--kubernetes-node <name>", "follow only the pods of this node; Services of the whole cluster").env(
        "NODE_NAME",
      ),
    )
    .option(
      "--conntrack <file>",
      "the node's table of translated connections: which pod answers for a Service's address",
      "/proc/net/nf_conntrack",
    )
    .option("--config <file>", "thresholds of findings and verdicts, as JSON (docs/reference/thresholds.md)")
    .option("--status-port <port>", "port of the status endpoint on 127.0.0.1; 0 takes a free one", "8687")
    .option("--no-status-port", "no status endpoint")
    .option("--no-color", "plain text (also with NO_COLOR, and when piped)");
  return addExportOptions(command)
    .addHelpText("after", `${EXAMPLES}${exportExamples("agent")}`)
    .action(async (options: AgentOptions) => {
      process.exitCode = await runAgent(options);
    });
}
