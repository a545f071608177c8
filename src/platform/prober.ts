/** Ready probes: each is tried again and again until it passes, never twice at once; when all have, the run is ready. */

import type { ProcessIdentity } from "../model/inputs.ts";
import type { Launch, ReadyProbe } from "../model/spec.ts";
import type { Prober } from "../supervisor/ports.ts";

export function createProber(): Prober {
  return {
    start(probes, launch, leader, onReady) {
      const cancelled = new AbortController();
      const all = probes.map((probe) => untilPassed({ probe, launch, leader }, cancelled.signal));
      void Promise.all(all).then(() => {
        if (!cancelled.signal.aborted) onReady();
      });
      return () => cancelled.abort();
    },
  };
}

interface Attempt {
  readonly probe: ReadyProbe;
  readonly launch: Launch;
  readonly leader: ProcessIdentity;
}

/** Both families, because a program may listen on either alone. */
const LOCALHOST = ["127.0.0.1", "[::1]"];

/** Resolves when the probe has passed once, or when it is cancelled. */
async function untilPassed(attempt: Attempt, signal: AbortSignal): Promise<void> {
  const { probe } = attempt;
  if (probe.kind === "after") return pause(probe.afterMs, signal);
  while (!signal.aborted && !(await passes(attempt, signal).catch(() => false))) {
    await pause(probe.intervalMs, signal);
  }
}

async function passes({ probe, launch }: Attempt, signal: AbortSignal): Promise<boolean> {
  if (probe.kind === "after") return true;
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(probe.timeoutMs)]);
  switch (probe.kind) {
    case "http":
      return anyOf(urlsOf(probe.url).map((url) => answersWell(url, timeout)));
    case "tcp":
      return anyOf(addressesOf(probe.address).map((it) => accepts(it, timeout)));
    case "exec":
      return probe.command.kind === "list" && exitsWell(probe.command.argv, launch, timeout);
  }
}

/** A status from 200 to 299; redirects are not followed. */
async function answersWell(url: string, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(url, { redirect: "manual", signal, keepalive: false });
  await response.body?.cancel();
  return response.ok;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

async function accepts({ host, port }: Address, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  signal.addEventListener("abort", () => reject(new Error("timed out")));
  const connecting = Bun.connect({
    hostname: host.replace(/^\[|\]$/g, ""),
    port,
    socket: {
      open(socket) {
        socket.end();
        resolve(true);
      },
      connectError: (_, error) => reject(error),
      data: () => {}, // Nothing is asked, so nothing that is said matters.
    },
  });
  connecting.catch(reject);
  return promise;
}

/** Exit status 0. Its whole group is killed when it takes too long. */
async function exitsWell(
  argv: readonly string[],
  { cwd, env }: Launch,
  signal: AbortSignal,
): Promise<boolean> {
  const child = Bun.spawn([...argv], {
    cwd,
    env: { ...env },
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  const end = (): void => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Its group is empty already.
    }
  };
  signal.addEventListener("abort", end);
  const code = await child.exited;
  signal.removeEventListener("abort", end);
  end(); // What it has left behind.
  return code === 0;
}

/** True when one passes; false when all fail, for whatever reason. */
async function anyOf(attempts: readonly Promise<boolean>[]): Promise<boolean> {
  const results = await Promise.allSettled(attempts);
  return results.some((it) => it.status === "fulfilled" && it.value);
}

function urlsOf(url: string): string[] {
  const local = /^(https?:\/\/)localhost(?=[:/]|$)/.exec(url);
  return local === null
    ? [url]
    : LOCALHOST.map((host) => `${local[1]}${host}${url.slice(local[0].length)}`);
}

/** `3000`, `localhost:3000`, `db:5432`, `[::1]:3000`. */
function addressesOf(address: string): Address[] {
  const colon = address.lastIndexOf(":");
  const port = Number(address.slice(colon + 1));
  const host = colon < 0 ? "localhost" : address.slice(0, colon);
  return (host === "localhost" ? LOCALHOST : [host]).map((it) => ({ host: it, port }));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
