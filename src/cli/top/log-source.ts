/** The log of the process that is selected: its end as it grows, and what is further up when somebody asks. */

import { statSync } from "node:fs";
import { endsNow, lastLines, type Ends, type LastLines } from "../../logfile/last-lines.ts";
import type { LineSearch } from "../../logfile/line-search.ts";
import { LOG_STREAMS, logPath, type LogOwner } from "../../logfile/paths.ts";

/** Lines that are there before anybody scrolls up, at least a few screens. */
export const FOLLOWED_LINES = 500;
/** As far as can be scrolled up; `logs` has the rest. */
export const MOST_LINES = 50_000;

/** What is looked through of each stream, again and again, or once. */
const FOLLOWED_BYTES = 1024 * 1024;
const SEARCHED_BYTES = 4 * 1024 * 1024;
const OLDER_BYTES = 32 * 1024 * 1024;

export class LogSource {
  readonly owner: LogOwner;
  readonly #home: string;
  #seen = "";

  constructor(home: string, owner: LogOwner) {
    this.#home = home;
    this.owner = owner;
  }

  /** The last lines; null when nothing has changed since they were read last. */
  follow(search: LineSearch | null): (LastLines & { readonly ends: Ends }) | null {
    const seen = this.#look();
    if (seen === this.#seen) return null;
    this.#seen = seen;
    const ends = endsNow(this.#home, this.owner);
    const maxBytes = search === null ? FOLLOWED_BYTES : SEARCHED_BYTES;
    const options = { ends, count: FOLLOWED_LINES, search, maxBytes };
    return { ...lastLines(this.#home, this.owner, options), ends };
  }

  /** More of what was written up to a place. */
  older(ends: Ends, count: number, search: LineSearch | null): LastLines {
    return lastLines(this.#home, this.owner, { ends, count, search, maxBytes: OLDER_BYTES });
  }

  /** The next time it is read whether or not it has changed. */
  forget(): void {
    this.#seen = "";
  }

  /** Costs next to nothing, and is another after anything was written, rotated or emptied. */
  #look(): string {
    return LOG_STREAMS.map((stream) => {
      const found = statSync(logPath(this.#home, this.owner, stream), { throwIfNoEntry: false });
      return found === undefined ? "-" : `${found.ino} ${found.size} ${found.mtimeMs}`;
    }).join(" ");
  }
}
