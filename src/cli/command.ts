/** What a command is: its declaration, and what it is given when it runs. */

import type { ArgsDef } from "citty";
import type { Client } from "../client/client.ts";
import type { Place } from "../protocol/operations.ts";
import type { Arguments } from "./arguments.ts";

export interface Command {
  /** The words after the command's name: `[TARGET…]`. */
  readonly usage: string;
  readonly summary: string;
  /** Paragraphs below the summary in `--help`. */
  readonly details?: string;
  readonly flags: ArgsDef;
  /** Command lines that work, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Resolves to the exit status. */
  readonly run: (context: CommandContext) => Promise<number>;
}

export interface CommandContext {
  readonly args: Arguments;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute: the working directory, or that of `-C`. */
  readonly directory: string;
  readonly json: boolean;
  readonly client: Client;
  /** Which project is meant, from the flags and the directory. */
  readonly place: Place;
  /** A line for people on stderr; silent with `-q` and with `--json`. */
  readonly say: (message: string) => void;
  /** A line of data on stdout. */
  readonly print: (line: string) => void;
}
