/** Ports for configurations that have to name one. */

/** Two different ports that nobody listened on a moment ago. */
export function freePorts(): readonly [number, number] {
  const [one, other] = [1, 2].map(() =>
    Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } }),
  );
  const ports = [one!.port, other!.port] as const;
  for (const listener of [one, other]) listener!.stop(true);
  return ports;
}
