/** Single attempts to find a process ready. Each resolves to whether it passed, at the latest when `end` is aborted,
 *  and never rejects. */

import type { Launch } from "../model/spec.ts";
import { signalPid } from "./signals.ts";
import { NO_INPUT } from "./child-input.ts";
import { startChild } from "./spawn.ts";

/** Programs that listen on localhost listen on one of these, or on both. */
const LOOPBACKS = ["127.0.0.1", "[::1]"];

/** Passes on an answer of 200 to 399; redirects are not followed. Certificates are not verified: the question is
 *  whether somebody answers. */
export async function probeHttp(url: string, end: AbortSignal): Promise<boolean> {
  if (!URL.canParse(url)) return false;
  const asked = new URL(url);
  const urls = alternatives(asked.hostname).map((host) => {
    const copy = new URL(url);
    copy.hostname = host;
    return copy;
  });
  return anyPasses(
    urls.map(async (address) => {
      const response = await fetch(address, {
        headers: { host: asked.host, connection: "close" },
        redirect: "manual",
        signal: end,
        tls: { rejectUnauthorized: false },
      });
      await response.body?.cancel();
      return response.status >= 200 && response.status < 400;
    }),
  );
}

/** Passes when a connection is accepted. The address is a port of this machine, or `host:port`. */
export async function probeTcp(address: string, end: AbortSignal): Promise<boolean> {
  const [, host = "localhost", port = ""] = /^(?:(.+):)?(\d+)$/.exec(address) ?? [];
  if (port === "") return false;
  return anyPasses(alternatives(host).map((it) => connects(it, Number(port), end)));
}

/** Passes when the command exits with 0. It runs as the process itself would, without output. */
export async function probeExec(
  argv: readonly string[],
  launch: Launch,
  end: AbortSignal,
): Promise<boolean> {
  const output = { ...NO_INPUT, stdoutFd: "ignore", stderrFd: "ignore" } as const;
  const { promise: exitCode, resolve } = Promise.withResolvers<number | null>();
  const started = startChild({ ...launch, argv }, output, ({ code }) => resolve(code), null);
  if (!started.ok) return false;
  const { pid } = started.child;
  // The command leads a group: what it started goes with it, also when it went well.
  const kill = (): void => signalPid(-pid, "SIGKILL");
  end.addEventListener("abort", kill, { once: true });
  if (end.aborted) kill();
  const code = await exitCode;
  end.removeEventListener("abort", kill);
  kill();
  return code === 0;
}

function alternatives(host: string): readonly string[] {
  return host === "localhost" ? LOOPBACKS : [host];
}

async function connects(host: string, port: number, end: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const giveUp = (): void => resolve(false);
  end.addEventListener("abort", giveUp, { once: true });
  if (end.aborted) giveUp();
  const connecting = Bun.connect({
    hostname: host.replace(/^\[(.*)\]$/, "$1"),
    port,
    socket: {
      open: () => resolve(true),
      connectError: giveUp,
      data() {
        // What a server says first is of no interest.
      },
    },
  });
  // Also when the connection comes only after the end.
  connecting.then(
    (socket) => socket.terminate(),
    () => giveUp(),
  );
  const passed = await promise;
  end.removeEventListener("abort", giveUp);
  return passed;
}

async function anyPasses(attempts: readonly Promise<boolean>[]): Promise<boolean> {
  const insisting = attempts.map(async (attempt) => {
    if (await attempt) return true;
    throw new Error("it did not pass");
  });
  return Promise.any(insisting).catch(() => false);
}
