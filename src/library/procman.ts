/** The types of `connect()`: what it takes, and the object that it gives. */

import type {
  InputOfOperation,
  OperationName,
  OutputOfOperation,
  StreamName,
} from "../protocol/operations.ts";
import type { CALLS } from "./calls.ts";
import type { ApplyRequest, RunRequest, UpRequest } from "./definitions.ts";

export interface ConnectOptions {
  /** The home of the daemon, as `--home`; otherwise as the environment says. */
  readonly home?: string;
  /** Start a daemon for whatever is asked. Otherwise only what changes something does. */
  readonly start?: boolean;
  /** The directory that requests are about, as `-C`; otherwise that of this program. */
  readonly directory?: string;
  /** The project that requests are about, as `-p`; otherwise that of the directory. */
  readonly project?: string;
  /** What processes that are started are given, and where a home is looked for; otherwise that of this program. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told when something takes longer than a second, and when the daemon was upgraded. */
  readonly onNotice?: (message: string) => void;
}

export interface CallSettings {
  /** Ends the call, or the stream, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Documents as they come. Ends when it is left (`break`), disposed of, or when the daemon has nothing more to tell. */
export interface ProcmanStream<Document> extends AsyncIterableIterator<Document>, AsyncDisposable {}

type Table = typeof CALLS;

/** What has to be given: the rest may be left out. */
type Given<I, Omitted> = Omit<I, keyof Omitted> & Partial<Pick<I, keyof I & keyof Omitted>>;

type Arguments<I, Omitted> =
  I extends Record<string, never>
    ? [input?: I, settings?: CallSettings]
    : Partial<Given<I, Omitted>> extends Given<I, Omitted>
      ? [input?: Given<I, Omitted>, settings?: CallSettings]
      : [input: Given<I, Omitted>, settings?: CallSettings];

type Method<C> = C extends { operation: infer N extends OperationName; omitted: infer Omitted }
  ? (
      ...given: Arguments<InputOfOperation<N>, Omitted>
    ) => N extends StreamName ? ProcmanStream<OutputOfOperation<N>> : Promise<OutputOfOperation<N>>
  : never;

export type Defining = "run" | "up" | "apply";

/** Errors are `ProcmanError`s with the codes of the command line. */
export interface Procman
  extends Readonly<{ [M in Exclude<keyof Table, Defining>]: Method<Table[M]> }>, AsyncDisposable {
  /** Starts a command as a process of the project, else of the project `adhoc`; answers when it was spawned. */
  run(request: RunRequest, settings?: CallSettings): Promise<OutputOfOperation<"run">>;
  /** Reads the configuration and starts what it defines. */
  up(request?: UpRequest, settings?: CallSettings): Promise<OutputOfOperation<"up">>;
  /** Reads the configuration and brings what runs in line with it. */
  apply(request?: ApplyRequest, settings?: CallSettings): Promise<OutputOfOperation<"apply">>;
}
