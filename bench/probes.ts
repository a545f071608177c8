/** What probing costs: a thousand probes a second, each of a port or an address of this machine. */

import { cpuMs, Place } from "./place.ts";
import type { Row } from "./row.ts";

const PROBES = 1_000;
const PERIOD_MS = 1_000;
/** Until the first answers are taken in; then the time that is measured. */
const SETTLE_MS = 4_000;
const MEASURED_MS = 15_000;

export async function probes(): Promise<Row[]> {
  let asked = 0;
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch() {
      asked += 1;
      return new Response();
    },
  });
  const address = `127.0.0.1:${server.port}`;
  const idle = await busyPercent(null);
  const tcp = await busyPercent({ tcp: address });
  const localhost = await busyPercent({ tcp: server.port ?? 0 });
  const before = asked;
  const http = await busyPercent({ http: `http://${address}/` });
  if (asked - before < (PROBES * MEASURED_MS) / PERIOD_MS / 2) throw new Error("it did not probe");
  const row = (what: string, value: number, mark: number | null): Row => ({
    what: `daemon, ${what}: one core`,
    value: value - idle,
    unit: "%",
    against: mark === null ? null : { what: "mark", value: mark },
  });
  return [
    row("1,000 tcp probes a second", tcp, 10),
    row("the same of localhost, IPv4 and IPv6", localhost, null),
    row("1,000 http probes a second", http, null),
  ];
}

/** How busy the daemon is while one process is probed that often. */
async function busyPercent(check: Record<string, unknown> | null): Promise<number> {
  const probe = { ...check, interval: `${PERIOD_MS}ms`, timeout: "1s" };
  const health = check === null ? [] : Array.from({ length: PROBES }, () => probe);
  await using place = new Place({ probed: { command: ["sleep", "1000"], restart: "no", health } });
  await place.run("up", "-d", "-q");
  await Bun.sleep(SETTLE_MS);
  const pid = await place.daemonPid();
  const [began, beganMs] = [performance.now(), cpuMs(pid)];
  await Bun.sleep(MEASURED_MS);
  return (100 * (cpuMs(pid) - beganMs)) / (performance.now() - began);
}
