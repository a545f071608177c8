/** How instances share a port. */

export const ALGORITHMS = ["round-robin", "least-connections", "random"] as const;
/** Which instance gets the next connection. */
export type Algorithm = (typeof ALGORITHMS)[number];

export type BalanceSpec =
  /** They do not: instance n has the port plus n - 1. */
  { readonly mode: "none" } | ProxySpec;

/** procman listens on the port, and passes connections on to instances that have ports of their own. */
export interface ProxySpec {
  readonly mode: "proxy";
  readonly algorithm: Algorithm;
  /** The address that is listened on; `localhost` is that of IPv4 and that of IPv6. */
  readonly host: string;
  /** Of each instance, as the daemon has chosen them. */
  readonly ports: readonly number[];
  /** Nobody has said so: it is what several instances with a port do. Absent: the configuration says it. */
  readonly isDefault?: true;
}

/** In the environment of the balancer: by it others see whose the port is. */
export const BALANCER_VARIABLE = "PROCMAN_BALANCER";

/** Where nobody says where. */
export const BALANCED_HOST = "localhost";
