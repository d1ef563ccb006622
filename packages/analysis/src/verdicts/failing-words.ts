import type { FailingVerdict } from "@weir/model";
import { SAMPLED_WORDS } from "./sampled-tree.ts";
import { type VerdictWords, words } from "./words.ts";

const OWN_DOING = "a log of that side that shows it closing on purpose after it was done";
const BOTH_ENDS = "a capture at the other end that shows the same packets sent by it";

/** What each outcome of the failing tree means. */
export const FAILING_WORDS: Readonly<Record<FailingVerdict, VerdictWords>> = {
  working: words("healthy", "worked", "It came to work, and nobody cut it."),
  oneDirection: words(
    "undecided",
    "one direction captured",
    "Only one direction is in the capture: whether the other side answered, refused or reset cannot be told.",
    "Capture both directions: look at the capture's filter, and at routes that differ per direction",
  ),
  sampled: SAMPLED_WORDS,
  refused: words(
    "trouble",
    "refused",
    "The host answered the SYN with a reset: nothing listens on that port, or a firewall rejects it.",
    "Look whether the server's process runs and listens on that port and address",
    "a capture at the server that shows the SYN answered with a SYN-ACK",
  ),
  refusedByMiddlebox: words(
    "trouble",
    "refused on the path",
    "The reset comes from another distance than the server's other packets: something between the two refuses.",
    "Look for a firewall or load balancer that rejects",
    BOTH_ENDS,
  ),
  unreachable: words(
    "trouble",
    "unreachable",
    "A router or the host itself answered by ICMP that packets cannot be delivered.",
    "Look at routes and at whether the host is up",
    "a SYN to the same address that is answered at the same time",
  ),
  prohibited: words(
    "trouble",
    "forbidden by a filter",
    "A filter on the path answered by ICMP that this traffic is prohibited.",
    "Look for the rule of a firewall or network policy that rejects it, at the host that sent the message",
    "a SYN to the same port that is answered at the same time",
  ),
  silentlyDropped: words(
    "trouble",
    "silently dropped",
    "The SYN was sent again and never answered: a filter drops it without a word, the host is down, or its answers get lost.",
    "Look for a firewall or network policy that drops, and whether the SYN arrives at the server",
    "a capture at the server that shows the SYN answered",
  ),
  noAnswerYet: words(
    "undecided",
    "no answer yet",
    "A single SYN without an answer: it may have come after the capture's end.",
    "Capture for longer",
  ),
  clientNeverCompleted: words(
    "trouble",
    "client never completed",
    "The server answered again and again, and the client never acknowledged: the answers do not reach it, or it did not mean to connect (a scan, a spoofed address).",
    "Look for asymmetric routes or a stateful firewall that saw only one way, and at who this client is",
    "a capture at the client that shows its ACK",
  ),
  handshakeCutByCapture: words(
    "undecided",
    "handshake cut by the capture",
    "The SYN-ACK is the last that was captured; the ACK may have followed.",
    "Capture for longer",
  ),
  acceptQueueFull: words(
    "trouble",
    "accept queue full",
    "The server's kernel answered, but its process did not accept: the accept queue was full.",
    "Look at the server: a process that is too busy to accept, or a listen backlog that is too small",
    "socket statistics of the server without listen overflows in that time",
  ),
  rejectedByServer: words(
    "trouble",
    "rejected by the server",
    "The server accepted the connection and reset it before any data: a limit of connections, a list of addresses, or a proxy without anybody behind it.",
    "Look at the server's or load balancer's log for connections that were turned away",
    OWN_DOING,
  ),
  abandonedByClient: words(
    "note",
    "abandoned by the client",
    "The client connected and reset before it said anything: a port probe, a health check, or a client that had given up.",
    "See whether this client is a probe",
    OWN_DOING,
  ),
  resetByMiddlebox: words(
    "trouble",
    "reset on the path",
    "The reset was not sent by the side that it claims: it comes from another distance, or sooner than that side can have answered.",
    "Look for a firewall, filter or load balancer between the two",
    BOTH_ENDS,
  ),
  resetWhenIdle: words(
    "trouble",
    "reset after silence",
    "It was reset after a long silence: an idle limit of one side, or of something between them, ran out while the other still used the connection.",
    "Compare the idle limits: the client's must be the shortest, or keep-alives more frequent",
    OWN_DOING,
  ),
  resetByServer: words(
    "trouble",
    "reset by the server",
    "The server cut it while it was in use.",
    "Look at the server at that time: a crash or restart, a limit or time-out that it enforces, unread data when it closes",
    OWN_DOING,
  ),
  clientGaveUp: words(
    "trouble",
    "client gave up waiting",
    "The client cut it while calls were without a good answer.",
    "Look at why the server did not answer in time",
    OWN_DOING,
  ),
  resetByClient: words(
    "trouble",
    "reset by the client",
    "The client cut it while it was in use.",
    "Look at the client at that time: a crash or restart, a time-out, a user who went away",
    OWN_DOING,
  ),
  neverAnswered: words(
    "trouble",
    "never answered",
    "The client asked, waited and closed; the server acknowledged at most, and never sent an answer.",
    "Look at what the server did with these requests: its kernel took them, its process may never have read them",
    "an answer of the server that the capture missed",
  ),
  serverVanished: words(
    "trouble",
    "server vanished",
    "The client sent again and again, and the server did not answer any more: its host or the path went down, or something in between forgot the connection.",
    "Look whether the server's host was up, and at idle limits of firewalls and NAT on the way",
    "a capture at the server that shows it answering",
  ),
  clientVanished: words(
    "trouble",
    "client vanished",
    "The server sent again and again, and the client did not answer any more: its host or the path went down, or something in between forgot the connection.",
    "Look whether the client's host was up, and at idle limits of firewalls and NAT on the way",
    "a capture at the client that shows it answering",
  ),
  serverNeverClosed: words(
    "note",
    "never closed by the server",
    "The client was done, and the server kept the connection: it leaks sockets (CLOSE_WAIT), or still works for an answer.",
    "Look at the number of sockets in CLOSE_WAIT at the server",
    "a FIN of the server that came after the capture's end",
  ),
  clientNeverClosed: words(
    "note",
    "never closed by the client",
    "The server was done, and the client kept the connection: a pool that does not look at idle connections, or a crash.",
    "Look at the client's connection pool: the next call on such a connection fails",
    "a FIN of the client that came after the capture's end",
  ),
};
