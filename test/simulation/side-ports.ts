/** The ports of the simulated world that know nothing of processes: output. */

import type { Notice } from "../../src/model/alerts.ts";
import type { Output } from "../../src/supervisor/ports.ts";
import type { PerformerPorts } from "../../src/supervisor/performer.ts";
import type { Balancer } from "../../src/supervisor/balanced-runs.ts";
import { CALM, type Rates } from "./faults.ts";
import { Random } from "./random.ts";

/** Lets something happen after a while, unless the daemon that wanted it is dead by then. */
export type Later = (delayMs: number, act: () => void) => void;

export function after(delayMs: number, later: Later): Promise<void> {
  return new Promise((resolve) => later(delayMs, resolve));
}

export function simOutput(random: Random, rates: () => Rates, later: Later): Output {
  return {
    open: () => {
      if (random.chance(rates().transientSpawnError / 2)) {
        throw Object.assign(new Error("no room"), { code: "ENOSPC" });
      }
      return { stdoutFd: 1, stderrFd: 2, close: () => {} };
    },
    resume: () => {},
    adjust: () => {},
    drain: () => after(random.between(0, 20), later),
    droppedBytes: () => 0,
    search: () => ({ look: async () => ({ line: null, unsearched: null }), close: () => {} }),
  };
}

/** A command that procman has run for an instance. */
export interface SimCommand {
  /** `api.1` */
  readonly of: string;
  readonly argv: string;
  /** Null while it is under way; false also when its daemon died meanwhile. */
  ok: boolean | null;
}

/** What the world was told and asked to run beside processes. */
export interface Heard {
  readonly notices: Notice[];
  readonly commands: SimCommand[];
  readonly balanced: { readonly instance: string; readonly what: "listened for" | "withdrawn" }[];
}

/** Receivers that are always told, and commands that may fail or outlive their time. */
export function simTellers(
  random: Random,
  heard: Heard,
  later: Later,
  rates: () => Rates,
): Pick<PerformerPorts, "notifier" | "run" | "channels" | "balancer"> {
  return {
    balancer: simBalancer(heard, later, () => rates() === CALM),
    channels: {
      begin: () => {},
      connect: () => {},
      askToStop: () => random.chance(0.7),
      end: () => after(10, later),
      untilReady: async () => false,
      pulse: async () => ({ kind: "closed" }),
      onHealth: () => () => {},
    },
    notifier: { deliver: ({ notice }) => void heard.notices.push(notice) },
    async run({ launch: { argv, env }, end }) {
      const isCalm = rates() === CALM;
      const of = `${env["PROCMAN_PROCESS"]}.${env["PROCMAN_INSTANCE"]}`;
      const command: SimCommand = { of, argv: argv.join(" "), ok: null };
      heard.commands.push(command);
      const killed = new Promise<void>((resolve) => {
        end.addEventListener("abort", () => resolve(), { once: true });
      });
      await Promise.race([after(random.between(0, isCalm ? 50 : 1_500), later), killed]);
      // In the calm hooks of a start would keep the world from resting; those of an end do not.
      const isWell = (isCalm && !command.argv.startsWith("exit-")) || random.chance(0.8);
      command.ok = !end.aborted && isWell;
      return command.ok ? { ok: true } : { ok: false, reason: "exited with code 1" };
    },
  };
}

/** One that takes its time, and at times does not listen. */
function simBalancer(heard: Heard, later: Later, isCalm: () => boolean): Balancer {
  const random = new Random(heard.balanced.length + 1);
  return {
    async listening(instance) {
      await after(random.between(0, 100), later);
      if (!isCalm() && random.chance(0.1)) {
        return { code: "EADDRINUSE", message: "the port is taken", transient: true };
      }
      heard.balanced.push({ instance, what: "listened for" });
      return null;
    },
    async withdraw(instance, withinMs) {
      await after(random.between(0, withinMs), later);
      heard.balanced.push({ instance, what: "withdrawn" });
    },
  };
}
