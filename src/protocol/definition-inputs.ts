/** What the operations that define processes take: `up` and `apply`. */

import { z } from "zod";
import type { DefinitionChanges } from "../model/definition-changes.ts";
import type { RuntimeUpdates } from "../model/known-project.ts";
import type { ProjectSpec } from "../model/spec.ts";
import type { ActionResult } from "./shapes.ts";
import { projectSpecSchema } from "./spec-schema.ts";

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
}

/** Its targets are started; null: every process that starts by itself. */
export interface UpInput extends Omit<ApplyInput, "prune" | "dryRun"> {
  /** Holds what this call starts, for as long as it lives. */
  readonly holder: { readonly pid: number } | null;
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
  /** Events after that number are of this start. */
  readonly afterSeq: number;
}
