/** Probes as commands, for formats that know nothing else: a line for `sh -c` that succeeds when the probe does. */

import type { ReadyProbe } from "../../model/probe.ts";
import { quoted } from "./exporter.ts";

/** Null for a probe that no command can stand for. */
export function probeLine(probe: ReadyProbe): string | null {
  switch (probe.kind) {
    case "http":
      return [
        `curl -fsS -o /dev/null --max-time ${seconds(probe.timeoutMs)}`,
        ...(probe.method === undefined ? [] : [`-X ${probe.method}`]),
        ...Object.entries(probe.headers ?? {}).map((it) => `-H ${quoted(it.join(": "))}`),
        ...(probe.tls?.ca === undefined ? [] : [`--cacert ${quoted(probe.tls.ca)}`]),
        ...(probe.tls?.insecure === true ? ["-k"] : []),
        quoted(probe.url),
      ].join(" ");
    case "tcp": {
      const at = probe.address.lastIndexOf(":");
      const host = at < 0 ? "127.0.0.1" : probe.address.slice(0, at).replace(/^\[|\]$/g, "");
      const port = probe.address.slice(at + 1);
      return `bash -c ${quoted(`: </dev/tcp/${host}/${port}`)} 2>/dev/null`;
    }
    case "exec": {
      const { command } = probe;
      return command.kind === "line" ? command.line : command.argv.map(quoted).join(" ");
    }
    case "log":
    case "resource":
    case "ipc":
    case "after":
      return null;
  }
}

/** What the line needs that may not be installed. */
export function toolOf({ kind }: ReadyProbe): string | null {
  if (kind === "http") return "curl";
  return kind === "tcp" ? "bash" : null;
}

export function seconds(ms: number): string {
  return String(ms / 1_000);
}
