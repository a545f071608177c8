/** What a shared port costs: requests and bytes through the balancer, beside the same to one instance by its own port. */

import { join } from "node:path";
import { cpuMs, median, Place } from "./place.ts";
import type { Row } from "./row.ts";

const CONNECTIONS = 16;
const MEASURED_MS = 2_000;
const ROUNDS = 3;
/** Of what is fetched to see how many bytes come through. */
const BODY_BYTES = 64 * 1024 * 1024;

const SERVER = `const body = new Uint8Array(${BODY_BYTES});
  Bun.serve({ port: process.env.PORT, fetch: ({ url }) => new Response(url.endsWith("/much") ? body : "hi") });`;

export async function balance(): Promise<Row[]> {
  const server = { command: ["bun", "-e", SERVER], instances: 2, ready: { tcp: "${PORT}" } };
  await using place = new Place({
    passed: { ...server, port: "auto", balance: "proxy" },
    reused: { ...server, port: "auto", balance: "reuseport" },
  });
  await place.run("up", "-d", "-q", "--wait");
  const [passed, own] = await portsOf(place, "passed");
  const [reused] = await portsOf(place, "reused");
  const balancer = await balancerPid(place, passed);
  const [direct, through, shared] = [
    await rate(own, true),
    await rate(passed, true, balancer),
    await rate(reused, true),
  ];
  const [directNew, throughNew, sharedNew] = [
    await rate(own, false),
    await rate(passed, false, balancer),
    await rate(reused, false),
  ];
  const [directMb, throughMb] = [await megabytes(own), await megabytes(passed)];
  const row = (what: string, value: number, unit: string, against?: number): Row => ({
    what,
    value,
    unit,
    against: against === undefined ? null : { what: "one, directly", value: against },
  });
  return [
    row("proxy: requests on kept connections", through.perSecond, "a second", direct.perSecond),
    row("proxy: CPU time for each", through.balancerMicros, "µs"),
    row("reuseport: the same", shared.perSecond, "a second", direct.perSecond),
    row("proxy: a connection a request", throughNew.perSecond, "a second", directNew.perSecond),
    row("proxy: CPU time for each", throughNew.balancerMicros, "µs"),
    row("reuseport: the same", sharedNew.perSecond, "a second", directNew.perSecond),
    row("proxy: bytes", throughMb, "MB/s", directMb),
  ];
}

/** The shared one, and that of the first instance. */
async function portsOf(place: Place, process: string): Promise<[number, number]> {
  const [first] = (await place.call("list", {
    project: "bench",
    directory: place.directory,
    files: [],
    exact: true,
    targets: [process],
    all: false,
  })) as { ports: [number, number] }[];
  return first!.ports;
}

async function balancerPid(place: Place, port: number): Promise<number> {
  const out = join(place.root, "port.json");
  await place.show(out, "port", String(port), "--json");
  const [holder] = (await Bun.file(out).json()) as { pid: number }[];
  return holder!.pid;
}

/** The median of some rounds. */
async function rate(port: number, keeps: boolean, balancer: number | null = null) {
  const rounds: { perSecond: number; balancerMicros: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [began, beganMs] = [performance.now(), balancer === null ? 0 : cpuMs(balancer)];
    const count = await requests(port, keeps, began + MEASURED_MS);
    const usedMs = balancer === null ? 0 : cpuMs(balancer) - beganMs;
    const perSecond = (1_000 * count) / (performance.now() - began);
    rounds.push({ perSecond, balancerMicros: (1_000 * usedMs) / count });
  }
  return {
    perSecond: median(rounds.map((it) => it.perSecond)),
    balancerMicros: median(rounds.map((it) => it.balancerMicros)),
  };
}

async function requests(port: number, keeps: boolean, untilMs: number): Promise<number> {
  let count = 0;
  const kept = keeps ? "" : "Connection: close\r\n";
  const request = `GET / HTTP/1.1\r\nHost: localhost\r\n${kept}\r\n`;
  const one = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      await Bun.connect({
        hostname: "127.0.0.1",
        port,
        socket: {
          open: (socket) => void socket.write(request),
          data(socket) {
            count += 1;
            if (keeps && performance.now() < untilMs) socket.write(request);
            else socket.end();
          },
          close: () => resolve(),
        },
      });
      await over;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return count;
}

async function megabytes(port: number): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const { byteLength } = await fetch(`http://127.0.0.1:${port}/much`).then((it) => it.bytes());
    rates.push(byteLength / 1_000 / (performance.now() - began));
  }
  return median(rates);
}
