/** Promises about commands that nothing waits for: they are there once, with what they belong to, whoever dies. */

import { instanceId } from "../../../src/model/ids.ts";
import type { SideCommand } from "../../../src/model/side-command.ts";
import type { World } from "../../../src/model/state.ts";
import type { SimCommand } from "../side-ports.ts";
import type { SimWorld } from "../world.ts";
import { broken, type Checker } from "./checker.ts";

export function sideCommandsOnce(): Checker {
  return {
    promise: "a command beside a process is there once, and as long as what it belongs to",
    committed(before, after, _changes, _events, sim) {
      const seen = new Set<string>();
      for (const { of, what } of underWay(sim)) {
        const name = what === "watch.action" ? (of.split(".")[0] ?? of) : of;
        if (seen.has(`${name} ${what}`)) broken(`${what} of ${name} is there twice`);
        seen.add(`${name} ${what}`);
        // One that this commit has let go of is ended right after it.
        if (!isNoted(before, of, what) && !isNoted(after, of, what))
          broken(`${what} of ${of} outlives it`);
      }
    },
    rested(world) {
      for (const { id, sideCommands } of world.instances.values()) {
        if (sideCommands !== undefined)
          broken(`${sideCommands[0]?.what} of ${id} was never heard of again`);
      }
    },
  };
}

function underWay({ heard }: SimWorld) {
  return heard.commands.flatMap((it) => {
    const what = it.ok === null ? kindOf(it) : null;
    return what === null ? [] : [{ of: it.of, what }];
  });
}

function kindOf({ argv }: SimCommand): SideCommand["what"] | null {
  if (argv.startsWith("ready-")) return "hooks.afterReady";
  return argv.endsWith("build") ? "watch.action" : null;
}

function isNoted(world: World, of: string, what: SideCommand["what"]): boolean {
  const [process = "", index] = of.split(".");
  const instance = world.instances.get(instanceId("sim", process, Number(index)));
  return instance?.sideCommands?.some((it) => it.what === what) === true;
}
