/** What the tools of MCP take and give: parameters and result fields of the PersistProc document, where it has them,
 *  beside those of the status object. */

import { z } from "zod";
import { toolLimits } from "../../model/tool-limits.ts";
import type { Status } from "../status.ts";

const seconds = (most: number) =>
  z
    .number()
    .positive()
    .max(most / 1_000);
const time = z.string().nullable();
const count = z.int().nonnegative();

export const pid = z
  .union([z.string().min(1).max(300), z.int().positive()], "It is a name or a pid")
  .describe(
    "Name (api, api.2, @group, project/api) or pid. Prefer the name: pids change with restarts.",
  );

export const project = z
  .string()
  .optional()
  .describe("Project by name. Default: the one of the working directory, else 'adhoc'.");

export const waitSeconds = seconds(toolLimits.waitMaxMs)
  .default(toolLimits.waitMs / 1_000)
  .describe("Gives up after so long, with OPERATION_TIMEOUT; what was begun goes on.");

export const graceSeconds = seconds(toolLimits.waitMaxMs)
  .optional()
  .describe("Grace before SIGKILL. Default: what its configuration says, else 5.");

/** Of every tool that reads logs. */
export const excerpt = {
  stream: z
    .enum(["both", "combined", "stdout", "stderr"])
    .default("both")
    .describe("'combined' is another word for 'both'."),
  lines: z
    .int()
    .min(1)
    .max(toolLimits.lines)
    .default(100)
    .describe("At most so many: the last ones, or with `cursor` the next ones."),
  since_time: z
    .string()
    .optional()
    .describe("Written since then: a timestamp, or a duration back from now like 10m."),
  before_time: z.string().optional().describe("Written before then, likewise."),
  cursor: z
    .string()
    .optional()
    .describe("From an earlier answer: goes on exactly where that ended. Survives restarts."),
  timestamps: z.boolean().default(false).describe("Put the time before each line."),
  max_bytes: z
    .int()
    .min(1_024)
    .max(toolLimits.outputMaxBytes)
    .default(toolLimits.outputBytes)
    .describe("At most so much text."),
  project,
};

/** A process as tools show it. */
export const processShape = {
  id: z.string().describe("project/process.instance"),
  name: z.string(),
  status: z
    .string()
    .describe(
      "pending, starting, running, stopping, stopped, killed, completed, failed, skipped, backoff, scheduled or suspended",
    ),
  ready: z.boolean(),
  health: z.string(),
  reason: z.string().nullable().describe("One sentence whenever it is not fine"),
  pid: z.int().nullable(),
  command: z.string(),
  working_directory: z.string(),
  start_time: time,
  uptime_seconds: z.number().nullable(),
  exit_code: z.int().nullable(),
  cpu_percent: z.number().nullable().describe("100 is one core"),
  memory_mb: z.number().nullable(),
  log_prefix: z.string().describe("Path of its log files, without '.stdout.log' and '.stderr.log'"),
};

export const processSchema = z.looseObject(processShape);
/** No interface: those have no index signature, and so would fit no loose schema. */
export type ToolProcess = { [K in keyof Status]: Status[K] } & z.infer<
  z.ZodObject<typeof processShape>
>;

/** What came of a request, for each instance that it was about; the fields beside it are those of the first. */
export const acted = {
  ...processShape,
  changed: z.boolean().describe("False: it was so already"),
  instances: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      pid: z.int().nullable(),
      changed: z.boolean(),
    }),
  ),
};

export const excerptAnswer = z.object({
  stream: z.string(),
  lines_requested: count,
  lines_returned: count,
  output: z.string().describe("Plain text, oldest first; '[x3]' counts repeats of a line"),
  truncated: z.boolean().describe("There is more: before these lines, or with `cursor` after them"),
  timestamp_range: z.object({ start: time, end: time }),
  cursor: z.string().nullable().describe("Pass it to get what comes next"),
  missed_bytes: count.describe("Gone from the log before they could be read"),
});

export function toolProcess(status: Status): ToolProcess {
  const { state, cwd, startedAt, uptimeMs, exitCode, cpuPercent, memoryBytes, logs } = status;
  return {
    ...status,
    status: state,
    working_directory: cwd,
    start_time: startedAt,
    uptime_seconds: uptimeMs === null ? null : uptimeMs / 1_000,
    exit_code: exitCode,
    cpu_percent: cpuPercent,
    memory_mb: memoryBytes === null ? null : Math.round(memoryBytes / 100_000) / 10,
    log_prefix: logs.stdout.replace(/\.stdout\.log$/, ""),
  };
}
