/** Connections to `PROCMAN_SOCKET` that have not said yet of which run they are. */

import { limits } from "../model/limits.ts";
import { lineOf, readLine, refusal, type ChildMessageOf } from "../protocol/ipc.ts";
import { Connection } from "./connection.ts";
import type { TakenLine } from "./lines.ts";

/** Gives the connection to its run; a clause when that cannot be. */
export type Admit = (hello: ChildMessageOf<"hello">, connection: Connection) => string | null;

const FIRST_LINE =
  'the first line has to be { "procman": 1, "type": "hello", "run": … } with PROCMAN_RUN_ID';

export class Reception {
  readonly #admit: Admit;
  readonly #waiting = new Map<Connection, ReturnType<typeof setTimeout>>();

  constructor(admit: Admit) {
    this.#admit = admit;
  }

  /** For one who has just come. */
  receive(): Connection {
    const connection = new Connection();
    const overdue = (): void => {
      this.#forget(connection);
      turnAway(connection, FIRST_LINE);
    };
    connection.ends = {
      heard: (line) => {
        this.#introduce(connection, line);
        return 1;
      },
      closed: () => this.#forget(connection),
    };
    if (this.#waiting.size >= limits.strangersConnected) {
      turnAway(connection, "too many others have not said of which run they are");
    } else {
      this.#waiting.set(connection, setTimeout(overdue, limits.introductionMs));
    }
    return connection;
  }

  #introduce(connection: Connection, line: TakenLine): void {
    this.#forget(connection);
    const heard = "text" in line ? readLine(line.text) : null;
    if (heard?.kind === "refused") return turnAway(connection, heard.refusal.message);
    if (heard?.kind !== "message" || heard.message.type !== "hello") {
      return turnAway(connection, FIRST_LINE);
    }
    const wrong = this.#admit(heard.message, connection);
    if (wrong !== null) turnAway(connection, wrong);
  }

  #forget(connection: Connection): void {
    clearTimeout(this.#waiting.get(connection));
    this.#waiting.delete(connection);
  }
}

function turnAway(connection: Connection, text: string): void {
  connection.ends = { heard: () => 1, closed() {} };
  connection.send(lineOf(refusal("UNKNOWN_RUN", text)));
  connection.end();
}
