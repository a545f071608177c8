/** How instances share a port. */

export const ALGORITHMS = ["round-robin", "least-connections", "random"] as const;
/** Which instance gets the next connection. */
export type Algorithm = (typeof ALGORITHMS)[number];

export type BalanceSpec =
  /** They do not: instance n has the port plus n - 1. */
  { readonly mode: "none" } | SharingSpec;

export type SharingSpec = ProxySpec | ReuseSpec;

interface Sharing {
  /** Ports of their own, one for each instance, as the daemon has chosen them. */
  readonly ports: readonly number[];
  /** Nobody has said so: it is what several instances with a port do. Absent: the configuration says it. */
  readonly isDefault?: true;
}

/** procman listens on the port, and passes connections on to the ports of the instances. */
export interface ProxySpec extends Sharing {
  readonly mode: "proxy";
  readonly algorithm: Algorithm;
  /** The address that is listened on; `localhost` is that of IPv4 and that of IPv6. */
  readonly host: string;
}

/** All instances listen on the port themselves, and the kernel shares connections out. Their own ports are for those who
 *  mean one of them, such as probes. */
export interface ReuseSpec extends Sharing {
  readonly mode: "reuseport";
}

/** In the environment of a run that listens on a shared port itself: its own port. */
export const OWN_PORT_VARIABLE = "PROCMAN_OWN_PORT";

/** Where nobody says where. */
export const BALANCED_HOST = "localhost";
