/** Metrics in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/), from what
 *  the daemon says of itself and of its processes. */

import type { DaemonStatus } from "./shapes.ts";
import type { Stats } from "./stats.ts";
import { PUBLIC_STATES, type Status } from "./status.ts";
import { VERSION } from "./version.ts";

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** `told`: who has metrics of its own to tell. */
export function exposition(
  daemon: DaemonStatus,
  processes: readonly Status[],
  told: readonly Pick<Stats, "project" | "process" | "instance" | "metrics">[],
): string {
  const families = [
    family("procman_build_info", "gauge", "The release of the daemon.", [
      [{ version: daemon.version, command: VERSION, bun: daemon.bunVersion }, 1],
    ]),
    family("procman_daemon_start_time_seconds", "gauge", "When the daemon began, since 1970.", [
      [{}, Date.parse(daemon.startedAt) / 1_000],
    ]),
    family("procman_daemon_resident_memory_bytes", "gauge", "What the daemon itself uses.", [
      [{}, daemon.memoryBytes],
    ]),
    family("procman_events_total", "counter", "Events that were ever told.", [
      [{}, daemon.lastSeq],
    ]),
    family("procman_projects", "gauge", "Projects that are known.", [[{}, daemon.projects]]),
    ...PROCESS_FAMILIES.map(({ name, type, help, value }) => {
      const samples = processes.map((it): Sample => [labelsOf(it), value(it)]);
      return family(`procman_process_${name}`, type, help, samples);
    }),
    family(
      "procman_process_state",
      "gauge",
      "1 for the state that it is in.",
      processes.flatMap((it) =>
        PUBLIC_STATES.map((state): Sample => [
          { ...labelsOf(it), state },
          it.state === state ? 1 : 0,
        ]),
      ),
    ),
    family(
      "procman_process_told",
      "gauge",
      "What a program has told of itself last, by name.",
      told.flatMap((it) =>
        it.metrics.map(({ name, value }): Sample => [{ ...labelsOf(it), name }, value]),
      ),
    ),
  ];
  return families.filter((it) => it !== "").join("");
}

type Labels = Readonly<Record<string, string>>;
/** Null: it is not known, and not told. */
type Sample = readonly [labels: Labels, value: number | null];

interface ProcessFamily {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly value: (status: Status) => number | null;
}

const seconds = (iso: string | null): number | null =>
  iso === null ? null : Date.parse(iso) / 1_000;

const PROCESS_FAMILIES: readonly ProcessFamily[] = [
  {
    name: "up",
    type: "gauge",
    help: "1 while it is ready and neither critical nor unhealthy.",
    value: ({ ready, health }) => Number(ready && health !== "critical" && health !== "unhealthy"),
  },
  {
    name: "ready",
    type: "gauge",
    help: "1 while it is ready.",
    value: ({ ready }) => Number(ready),
  },
  {
    name: "restarts_total",
    type: "counter",
    help: "How often it was restarted since its counter was last cleared.",
    value: ({ restarts }) => restarts,
  },
  {
    name: "start_time_seconds",
    type: "gauge",
    help: "When its run began, since 1970.",
    value: ({ startedAt, pid }) => (pid === null ? null : seconds(startedAt)),
  },
  {
    name: "cpu_cores",
    type: "gauge",
    help: "What it uses of the processors, its whole tree: 1 is one core.",
    value: ({ cpuPercent }) => (cpuPercent === null ? null : cpuPercent / 100),
  },
  {
    name: "resident_memory_bytes",
    type: "gauge",
    help: "What it uses of the memory, its whole tree.",
    value: ({ memoryBytes }) => memoryBytes,
  },
  {
    name: "open_fds",
    type: "gauge",
    help: "Its open descriptors.",
    value: ({ fds }) => fds,
  },
  {
    name: "threads",
    type: "gauge",
    help: "Its threads.",
    value: ({ threads }) => threads,
  },
  {
    name: "io_read_bytes_total",
    type: "counter",
    help: "Read from disks since its run began.",
    value: ({ io }) => io.readBytes,
  },
  {
    name: "io_written_bytes_total",
    type: "counter",
    help: "Written to disks since its run began.",
    value: ({ io }) => io.writeBytes,
  },
  {
    name: "connections",
    type: "gauge",
    help: "Its TCP connections.",
    value: ({ net }) => net.connections,
  },
  {
    name: "log_dropped_bytes_total",
    type: "counter",
    help: "Output that was dropped because the disk was full.",
    value: ({ logs }) => logs.droppedBytes,
  },
];

/** No pid among them: each run would be a series of its own. */
function labelsOf({
  project,
  process,
  instance,
}: Pick<Status, "project" | "process" | "instance">): Labels {
  return { project, process, instance: String(instance) };
}

function family(
  name: string,
  type: "gauge" | "counter",
  help: string,
  samples: readonly Sample[],
): string {
  const lines = samples.flatMap(([labels, value]) =>
    value === null ? [] : `${name}${shown(labels)} ${value}`,
  );
  if (lines.length === 0) return "";
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join("\n")}\n`;
}

function shown(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
