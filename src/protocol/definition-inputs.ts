/** What the operations that define processes take: `up`, `apply` and `run`. */

import { z } from "zod";
import type { DefinitionChanges } from "../model/definition-changes.ts";
import type { RuntimeUpdates } from "../model/known-project.ts";
import type { ProcessSpec, ProjectSpec } from "../model/spec.ts";
import type { ActionResult } from "./shapes.ts";
import { place, type Place } from "./place.ts";
import { processSpecSchema, projectSpecSchema } from "./spec-schema.ts";

/** Dotted paths of keys, and their values as they were written. */
export const runtimeUpdates = z.record(z.string(), z.string());

export const defineInput = {
  spec: projectSpecSchema,
  /** What the definition was read with: profiles, and the runtime updates of each process. */
  profiles: z.array(z.string()),
  updates: z.record(z.string(), runtimeUpdates),
  /** A name given by the user stands; another may get a suffix when it is taken. */
  nameIsExplicit: z.boolean(),
  targets: z.array(z.string()).nullable(),
  withDependencies: z.boolean(),
  callerEnv: z.record(z.string(), z.string()),
  updateEnv: z.boolean(),
};

/** The process of a foreground command that holds what it starts. */
export const holder = z.strictObject({
  pid: z.number().int().positive(),
  /** What it holds does not watch its files. */
  unwatched: z.literal(true).exactOptional(),
});

export type Holder = z.infer<typeof holder>;

export const runInput = {
  ...place,
  definition: projectSpecSchema.nullable(),
  nameIsExplicit: z.boolean(),
  process: processSpecSchema,
  isNamed: z.boolean(),
  reserved: z.array(z.string()),
  callerEnv: z.record(z.string(), z.string()),
  holder: holder.nullable(),
  fresh: z.literal(true).optional(),
};

export interface ApplyInput {
  readonly spec: ProjectSpec;
  readonly profiles: readonly string[];
  readonly updates: Readonly<Record<string, RuntimeUpdates>>;
  readonly nameIsExplicit: boolean;
  /** Whose definitions are meant: others that are there already stay as they are. Null means all. */
  readonly targets: readonly string[] | null;
  /** Also what the targets depend on. */
  readonly withDependencies: boolean;
  readonly callerEnv: Readonly<Record<string, string>>;
  readonly updateEnv: boolean;
  readonly prune: boolean;
  readonly dryRun: boolean;
  /** What would be restarted is reloaded, where it can be. Absent: it is restarted. */
  readonly reloads?: true;
}

/** Its targets are started; null: every process that starts by itself. */
export interface UpInput extends Omit<ApplyInput, "prune" | "dryRun" | "reloads"> {
  /** Holds what this call starts, for as long as it lives. */
  readonly holder: Holder | null;
  /** Whether the project's processes watch their files from now on. Absent: as before. */
  readonly watches?: boolean;
  /** Processes that are run again if they have completed. */
  readonly again?: readonly string[];
  readonly until: "asked" | "spawned" | "ready";
  readonly timeoutMs: number | null;
}

/** What a definition does, or for a dry run would do. */
export interface EffectOutput {
  readonly project: string;
  readonly changes: DefinitionChanges;
  /** Processes that get another environment of the caller. */
  readonly renewed: readonly string[];
  /** Instances. */
  readonly restarted: readonly string[];
}

export interface ApplyOutput extends EffectOutput {
  /** Of the instances that were restarted, stopped or made; none for a dry run. */
  readonly results: readonly ActionResult[];
}

export interface UpOutput extends EffectOutput {
  readonly results: readonly ActionResult[];
  /** Instances that the holder holds. */
  readonly held: readonly string[];
  /** What comes of it is told by events after that number. */
  readonly afterSeq: number;
}

export interface SetInput extends Place {
  /** As the configuration has it, with the updates. */
  readonly process: ProcessSpec;
  readonly updates: RuntimeUpdates;
  /** What the caller took for its updates until now. */
  readonly updatesBefore: RuntimeUpdates;
}

/** An ad-hoc process. */
export interface RunInput extends Place {
  /** How its project begins, if the daemon does not know it yet: as the configuration says, without its processes.
   *  Null outside of a project. */
  readonly definition: ProjectSpec | null;
  readonly nameIsExplicit: boolean;
  readonly process: ProcessSpec;
  /** Its name was given: otherwise it gets a suffix when the name is taken. */
  readonly isNamed: boolean;
  /** Names that the configuration has. */
  readonly reserved: readonly string[];
  readonly callerEnv: Readonly<Record<string, string>>;
  readonly holder: Holder | null;
  /** Another one, even if the same command runs there already. */
  readonly fresh?: true | undefined;
}

export interface RunOutput extends Pick<UpOutput, "project" | "held" | "afterSeq"> {
  readonly result: ActionResult;
  /** The same command ran there already. */
  readonly attached: boolean;
}
