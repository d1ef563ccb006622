import { field } from "../field.ts";
import { bothSides } from "./sides.ts";

const countOfKernel = { optional: true, unit: "count" } as const;

/** What the kernel of an agent's host said of a connection by itself, beside what its packets show. Absent where no agent heard it. */
export const kernelFields = [
  field(
    "connectError",
    "string",
    "Why the connection did not come about, as the kernel told the client's process (of ICMP by the message itself): an errno's name",
    { optional: true, otel: "error.type" },
  ),
  ...bothSides(
    "KernelRetransmissions",
    "int",
    "Segments that the {side}'s kernel sent again by its own account, SYN and SYN-ACK included; absent where the {side} is on another host",
    countOfKernel,
  ),
  ...bothSides("Drops", "int", "Packets of the {side}'s that the kernel of the agent's host dropped", countOfKernel),
  field(
    "dropCauses",
    "string",
    "Why and where the kernel dropped packets of it: kind, the kernel's reason and its function, e.g. firewall NETFILTER_DROP nft_do_chain; joined by commas",
    { optional: true, cardinality: "few" },
  ),
] as const;
