/** Pid files of the configuration. No run ends, and none is held up, for want of one. */

import type { ProcessIdentity } from "../model/inputs.ts";
import type { PidFiles } from "./ports.ts";

export class KeptPidFiles {
  readonly #files: PidFiles;
  readonly #trouble: (what: string, error: unknown) => void;

  constructor(files: PidFiles, trouble: (what: string, error: unknown) => void) {
    this.#files = files;
    this.#trouble = trouble;
  }

  write(path: string | null, { pid }: ProcessIdentity): void {
    this.#try(path, (file) => this.#files.write(file, pid));
  }

  remove(path: string | null, { pid }: ProcessIdentity): void {
    this.#try(path, (file) => this.#files.remove(file, pid));
  }

  #try(path: string | null, act: (path: string) => void): void {
    try {
      if (path !== null) act(path);
    } catch (error) {
      this.#trouble(`cannot keep the pid file ${path}`, error);
    }
  }
}
