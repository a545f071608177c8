/** What can be done to processes. What ends something that cannot be had back is asked first. */

import type { Status } from "../protocol/status.ts";
import { act, processPath } from "./api.ts";
import { confirmed } from "./dialogs.ts";
import type { Notices } from "./notices.ts";
import { countText } from "./text.ts";
import { isUp } from "./processes.ts";

export type Action = "start" | "stop" | "restart" | "kill";

export class Actions {
  readonly #notices: Notices;
  readonly #done: () => void;
  /** What is under way, by target. */
  readonly #busy = new Set<string>();

  /** `done`: called when something has begun or ended. */
  constructor(notices: Notices, done: () => void) {
    this.#notices = notices;
    this.#done = done;
  }

  isBusy(target: string): boolean {
    return this.#busy.has(target);
  }

  async on(status: Status, action: Action): Promise<void> {
    if (action === "kill") {
      const question = `Kill ${status.id}? It is ended at once, without a chance to clean up, and not restarted.`;
      if (!(await confirmed(question, "Kill"))) return;
    }
    await this.#run(status.id, () => act("POST", processPath(status.id, `/${action}`)));
  }

  /** All of a project. */
  async onProject(project: string, statuses: readonly Status[], action: "start" | "stop") {
    if (action === "stop") {
      const count = countText(statuses.filter(isUp).length, "process", "processes");
      if (!(await confirmed(`Stop ${count} of ${project}?`, "Stop all"))) return;
    }
    const path = `/api/processes/${action}-all?project=${encodeURIComponent(project)}`;
    await this.#run(project, () => act("POST", path));
  }

  async scale({ project, process }: Status, from: number, to: number): Promise<void> {
    const target = `${project}/${process}`;
    const question = `Scale ${target} from ${from} to ${to}? The others are stopped and forgotten.`;
    if (to < from && !(await confirmed(question, "Scale down"))) return;
    await this.#run(target, () => act("POST", processPath(target, "/scale"), { instances: to }));
  }

  async endOrphan(pid: number, command: string): Promise<void> {
    if (!(await confirmed(`End pid ${pid}, ${command}?`, "End"))) return;
    await this.#run(`pid ${pid}`, () => act("DELETE", `/api/orphans/${pid}`));
  }

  async #run(target: string, ask: () => Promise<void>): Promise<void> {
    if (this.#busy.has(target)) return;
    this.#busy.add(target);
    this.#done();
    try {
      await ask();
    } catch (error) {
      this.#notices.show(error);
    }
    this.#busy.delete(target);
    this.#done();
  }
}
