/** An architecture: as Debian, Node and qemu call it. */
export const ARCHITECTURES = {
  amd64: { node: "x64", triplet: "x86_64-linux-gnu" },
  arm64: { node: "arm64", triplet: "aarch64-linux-gnu" },
} as const;
export type Architecture = keyof typeof ARCHITECTURES;

/** A kernel of Debian's that agents are tried on. */
export interface TestedKernel {
  readonly name: string;
  readonly architecture: Architecture;
  /** Release of Debian that it is from. */
  readonly suite: string;
  /** What follows `linux-image-` in the name of its package. */
  readonly flavour: string;
}

/** From the first that has a ring of events (5.8) to what is not released yet. */
const SUITES = { "5.10": "bullseye", "6.1": "bookworm", "6.12": "trixie", next: "sid" } as const;

export const TESTED_KERNELS: readonly TestedKernel[] = (["amd64", "arm64"] as const).flatMap((architecture) =>
  Object.entries(SUITES).map(([version, suite]) => {
    return { name: `${version}-${architecture}`, architecture, suite, flavour: `cloud-${architecture}` };
  }),
);
