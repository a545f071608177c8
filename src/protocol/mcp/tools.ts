/** The table of MCP tools: each is declared once, with its schemas and with what is said of it to a model. */

import { z } from "zod";
import { WAIT_CONDITIONS } from "../../model/waiting.ts";
import {
  acted,
  excerpt,
  excerptAnswer,
  graceSeconds,
  pid,
  processSchema,
  processShape,
  project,
  waitSeconds,
} from "./shapes.ts";

interface ToolDeclaration {
  readonly title: string;
  /** For a model: when to use it, what comes back, what its limits are. */
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Only what `reads` is there in the read-only mode. */
  readonly effect: "reads" | "adds" | "destroys";
  /** Asked twice it is done once. */
  readonly idempotent: boolean;
}

/** Keeps the types of the schemas. */
function tools<T extends Readonly<Record<string, ToolDeclaration>>>(table: T): T {
  return table;
}

const reads = { effect: "reads", idempotent: true } as const;

/** In the order in which they are listed, which stays: clients cache it. */
export const TOOLS = tools({
  list_processes: {
    ...reads,
    title: "List processes",
    description:
      "The processes of the project with their states, pids, ports, and the reason where one is not fine. Use it first, and to learn names.",
    input: z.strictObject({
      pid: pid.optional(),
      project,
      all_projects: z.boolean().default(false).describe("Those of every project."),
    }),
    output: z.object({
      processes: z.array(processSchema),
      total_count: z.int(),
      running_count: z.int(),
      stopped_count: z.int(),
      truncated: z.boolean().describe("Not all fit: name some with `pid`"),
    }),
  },
  get_process_status: {
    ...reads,
    title: "Explain one process",
    description:
      "Everything that matters about one process: state and why it is in it, what it waits for, when it is tried again, how it last ended, and its last 10 lines of output. Use it when something is not running or not ready.",
    input: z.strictObject({ pid, project }),
    output: z.looseObject({
      ...processShape,
      last_output: z.array(z.string()),
      waiting_for: z.array(z.looseObject({ process: z.string(), condition: z.string() })),
      next_retry_at: z.string().nullable(),
      other_instances: z.array(z.object({ id: z.string(), state: z.string() })),
    }),
  },
  get_process_output: {
    ...reads,
    title: "Read output",
    description:
      "What a process has written: the last 100 lines unless asked otherwise, without escape sequences. To see only what is new, pass the `cursor` of the answer before. To look for something use search_logs instead of reading much. Works for processes that have ended, too.",
    input: z.strictObject({ pid, ...excerpt }),
    output: excerptAnswer.extend({ pid: z.union([z.string(), z.int()]) }),
  },
  search_logs: {
    ...reads,
    title: "Search output",
    description:
      "Lines that match a regular expression or a level, of one process or of the whole project, merged in the order of time, with the name before each. No match gives an empty output.",
    input: z.strictObject({
      pattern: z
        .string()
        .max(1_000)
        .optional()
        .describe(
          "Regular expression of JavaScript, on what was written, colours included (so ^ may not match). Needed unless `level` is given.",
        ),
      pid: pid.optional().describe("Name or pid. Default: every process of the project."),
      level: z
        .enum(["trace", "debug", "info", "warn", "error", "fatal"])
        .optional()
        .describe("Lines of this level and above, read from JSON, logfmt or text."),
      ignore_case: z.boolean().default(false),
      invert: z.boolean().default(false).describe("Lines that do not match."),
      context_lines: z.int().min(0).max(50).default(0).describe("Lines around each."),
      ...excerpt,
    }),
    output: excerptAnswer,
  },
  get_process_log_paths: {
    ...reads,
    title: "Paths of log files",
    description:
      "Absolute paths of the log files of a process, for tools that read files. They hold what it wrote, byte for byte; older parts are beside them (.1, .2.zst).",
    input: z.strictObject({ pid, project }),
    output: z.object({
      stdout: z.string(),
      stderr: z.string(),
      combined: z.string().nullable().describe("Both streams in one, where that is configured"),
      instances: z.array(z.object({ id: z.string(), stdout: z.string(), stderr: z.string() })),
    }),
  },
  wait_for_process: {
    ...reads,
    title: "Wait for a state",
    description:
      "Returns as soon as processes have come to a state, or no longer can (COMMAND_FAILED). Use it instead of sleeping and asking again.",
    input: z.strictObject({
      pid,
      for: z
        .enum(WAIT_CONDITIONS)
        .default("ready")
        .describe("completed: ended by itself, with any code; succeeded: with a success code."),
      timeout_seconds: waitSeconds,
      project,
    }),
    output: z.looseObject({ ...acted, waited_for: z.string() }),
  },
  start_process: {
    effect: "adds",
    idempotent: true,
    title: "Start a process",
    description:
      "Starts a command as a process that goes on in the background, with its logs kept; it outlives this session. The same command in the same directory that runs already is not started twice (`changed` is false). With `name` and no `command`: a process of the project's configuration, with all that it depends on, until it is ready. A command that ends with a failure at once is an error that shows its output.",
    input: z.strictObject({
      command: z
        .string()
        .min(1)
        .optional()
        .describe("As for a shell, in the foreground: no '&', no nohup."),
      working_directory: z
        .string()
        .optional()
        .describe("Absolute, or relative to the one of this server."),
      environment: z
        .record(z.string(), z.string())
        .optional()
        .describe("Variables beside those that this server has."),
      name: z
        .string()
        .optional()
        .describe(
          "What to call it, or which configured process to start. Default: after the command.",
        ),
      restart: z
        .enum(["no", "on-failure", "always"])
        .optional()
        .describe("Whether a command is started again when it ends. Default: no."),
      timeout_seconds: waitSeconds,
      project,
    }),
    output: z.looseObject({ ...acted, last_output: z.array(z.string()) }),
  },
  stop_process: {
    effect: "destroys",
    idempotent: true,
    title: "Stop processes",
    description:
      "Stops processes with everything that they started; returns when none of it is left. They stay known: their logs can be read and they can be started again.",
    input: z.strictObject({
      pid,
      force: z.boolean().default(false).describe("SIGKILL at once."),
      timeout_seconds: graceSeconds,
      project,
    }),
    output: z.looseObject({
      ...acted,
      stop_time: z.string().nullable(),
      signal: z.string().nullable(),
    }),
  },
  restart_process: {
    effect: "destroys",
    idempotent: false,
    title: "Restart processes",
    description:
      "Stops processes and starts them with the same command, directory and environment; returns when they are ready. Names and logs stay, pids change.",
    input: z.strictObject({ pid, timeout_seconds: waitSeconds, project }),
    output: z.looseObject({
      ...acted,
      old_pid: z.int().nullable(),
      new_pid: z.int().nullable(),
      restart_time: z.string().nullable(),
    }),
  },
});

export type ToolName = keyof typeof TOOLS;
export type ToolInput<N extends ToolName> = z.output<(typeof TOOLS)[N]["input"]>;
export type ToolOutput<N extends ToolName> = z.input<(typeof TOOLS)[N]["output"]>;

/** The codes that errors of tools have. */
export const TOOL_ERROR_CODES = [
  "PROCESS_NOT_FOUND",
  "COMMAND_FAILED",
  "OPERATION_TIMEOUT",
  "PERMISSION_DENIED",
  "INVALID_PARAMETER",
] as const;
export type ToolErrorCode = (typeof TOOL_ERROR_CODES)[number];
