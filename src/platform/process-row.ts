/** What a platform tells of its processes. */

import type { ProcessIdentity } from "../model/inputs.ts";

export interface ProcessRow {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  /** Ended, and waits only for its parent to notice. */
  readonly isZombie: boolean;
  readonly startTicks: string;
}

/** Looking throws when the system has no descriptor or memory left for it: then nothing is known. */
export interface ProcessTable {
  /** One process, zombies too; null when there is none. */
  row(pid: number): ProcessRow | null;
  /** All of them. */
  rows(): ProcessRow[];
  /** The run that a process was started in, by its environment; null where there is none or it cannot be seen. */
  runIdOf(row: ProcessRow): string | null;
  /** A variable of the environment that it was started with; null where there is none or it cannot be seen. */
  variableOf(pid: number, name: string): string | null;
  /** Its command line, words divided by blanks; empty when it is gone. */
  commandOf(pid: number): string;
  /** Its command line, word by word as far as the platform keeps them apart; empty when it is gone. */
  argvOf(pid: number): string[];
  /** The path of its program; null where that cannot be seen. */
  programOf(pid: number): string | null;
  /** Its working directory; null where that cannot be seen. */
  directoryOf(pid: number): string | null;
  /** The environment that it was started with; null where that cannot be seen. */
  environmentOf(pid: number): Record<string, string> | null;
  /** The number of the user that it runs as; null when it is gone. */
  userOf(pid: number): number | null;
  /** How long ago it was started; 0 where that cannot be told. */
  ageMs(identity: ProcessIdentity): number;
  /** TCP ports that these processes listen on. */
  listeningPorts(pids: readonly number[]): number[];
  /** The same, by process: those that listen on none are not in it. */
  portsByPid(pids: readonly number[]): ReadonlyMap<number, readonly number[]>;
  /** The processes that listen on a TCP port, as far as they can be seen. */
  listenersOn(port: number): number[];
  /** What names this boot of the machine. */
  bootId(): string;
}
