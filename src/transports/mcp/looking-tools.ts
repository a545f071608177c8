/** The tools that look at processes. */

import { plain } from "../../logfile/plain-text.ts";
import { toolLimits } from "../../model/tool-limits.ts";
import { toolProcess } from "../../protocol/mcp/shapes.ts";
import type { Status } from "../../protocol/status.ts";
import { meant, statusesOf } from "./targets.ts";
import type { Tool } from "./tool-call.ts";

export const listProcesses: Tool<"list_processes"> = async (input, call) => {
  const all = input.all_projects;
  const statuses =
    input.pid === undefined
      ? await statusesOf(call, call.port.placeOf(input.project ?? null), [], all)
      : (await meant(call, { pid: input.pid, project: input.project })).statuses;
  const running = statuses.filter(({ pid }) => pid !== null).length;
  const shown = statuses.slice(0, toolLimits.processes);
  const left = statuses.length - shown.length;
  const lines = shown.map(statusLine);
  if (statuses.length === 0) lines.push("Nothing runs here.");
  if (left > 0) lines.push(`[left out: ${left} more; name some with 'pid']`);
  return {
    structured: {
      processes: shown.map(toolProcess),
      total_count: statuses.length,
      running_count: running,
      stopped_count: statuses.length - running,
      truncated: left > 0,
    },
    text: lines.join("\n"),
  };
};

export const getProcessStatus: Tool<"get_process_status"> = async (input, call) => {
  const { place, target, statuses } = await meant(call, input);
  const why = await call.port.look(
    "why",
    { ...place, target: idOr(target, statuses) },
    call.signal,
  );
  const status = statuses.find(({ id }) => id === why?.id) ?? statuses[0];
  const output = (why?.tail ?? []).map(plain);
  const reason = status.reason ?? (status.ready ? null : (why?.reason ?? null));
  const tail = output.length === 0 ? [] : ["Last output:", ...output];
  return {
    structured: {
      ...toolProcess(status),
      reason,
      last_output: output,
      waiting_for: [...(why?.waitingFor ?? [])].map((it) => ({ ...it })),
      next_retry_at: why?.nextRetryAt ?? null,
      other_instances: [...(why?.others ?? [])],
    },
    text: [statusLine({ ...status, reason }), ...tail].join("\n"),
  };
};

export const getProcessLogPaths: Tool<"get_process_log_paths"> = async (input, call) => {
  const { place, statuses } = await meant(call, input);
  const [{ id, logs }] = statuses;
  const inspection = await call.port.look(
    "inspect",
    { ...place, target: id, reveal: null },
    call.signal,
  );
  const { stdout, stderr } = logs;
  const combined = fileOf(inspection?.config["log"]);
  const instances = statuses.map((it) => {
    return { id: it.id, stdout: it.logs.stdout, stderr: it.logs.stderr };
  });
  const paths = instances.flatMap((it) => [it.stdout, it.stderr]);
  return {
    structured: { stdout, stderr, combined, instances },
    text: [...paths, ...(combined === null ? [] : [combined])].join("\n"),
  };
};

/** `shop/api.1 running (pid 4242, ports 3000): warning: …` */
export function statusLine(status: Status): string {
  const { id, state, pid, ports, ready, reason, exitCode } = status;
  const notes = [
    pid === null ? [] : [`pid ${pid}`],
    ports.length === 0 ? [] : [`port ${ports.join(", ")}`],
    state === "running" && !ready ? ["not ready"] : [],
    exitCode === null ? [] : [`exit code ${exitCode}`],
  ].flat();
  const about = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return `${id} ${state}${about}${reason === null ? "" : `: ${reason}`}`;
}

/** A pid that has ended is no target any more. */
function idOr(target: string, [first]: readonly [Status, ...Status[]]): string {
  return /^\d+$/.test(target) ? first.id : target;
}

function fileOf(log: unknown): string | null {
  const file = typeof log === "object" && log !== null && "file" in log ? log.file : null;
  return typeof file === "string" ? file : null;
}
