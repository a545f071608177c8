/** The library: what programs import from "procman". */

import type { Known, WithUserKeys } from "./config/schema/types.ts";
import type { ProjectInput } from "./config/schema/project.ts";

export { connect } from "./library/connect.ts";
export type { CallSettings, ConnectOptions, Procman, ProcmanStream } from "./library/procman.ts";
export type { ApplyRequest, RunRequest, UpRequest } from "./library/definitions.ts";
export type { ActionResult, DaemonStatus, WireEvent } from "./protocol/shapes.ts";
export type { Status } from "./protocol/status.ts";
export { ProcessManager } from "./library/own-processes.ts";
export type {
  ListedProcess,
  ProcessLogs,
  ProcessManagerEvents,
  ProcessManagerOptions,
  ProcessStatus,
} from "./library/own-processes.ts";
export type { ProcessConfig } from "./library/process-config.ts";
export type { ProcessExit } from "./library/parts.ts";
export { ProcmanError, type ErrorCode } from "./model/errors.ts";

/** A whole configuration, as `procman.config.ts` exports it. */
export type ProcmanConfig = WithUserKeys<ProjectInput>;

/** What a configuration that is a function is called with. */
export interface ConfigContext {
  /** The environment of the caller. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The first `--profile`, or null. */
  readonly profile: string | null;
  readonly profiles: readonly string[];
}

/** What `procman.config.ts` may export. */
export type ConfigExport =
  | ProcmanConfig
  | Promise<ProcmanConfig>
  | ((context: ConfigContext) => ProcmanConfig | Promise<ProcmanConfig>);

/** Gives the configuration back as it is; it is there for the types. */
export function defineConfig<Returned extends ProcmanConfig>(
  config:
    | ProcmanConfig
    | Promise<Known<Returned>>
    | ((context: ConfigContext) => Known<Returned> | Promise<Known<Returned>>),
): ConfigExport {
  return config;
}
