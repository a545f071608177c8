/** Probes of the simulated world: readiness that may never come, and health that comes and goes. */

import type { RunId } from "../../src/model/ids.ts";
import type { Probing, Prober } from "../../src/supervisor/ports.ts";
import type { Random } from "./random.ts";
import type { Rates, Witness } from "./faults.ts";
import type { Later } from "./side-ports.ts";

interface ProbedWorld {
  readonly random: Random;
  readonly rates: Rates;
  readonly witness: Pick<Witness, "probingBegan" | "probed">;
}

export function simulatedProber(world: ProbedWorld, later: Later): Prober {
  const { random, witness } = world;
  return {
    untilReady({ runId }, _probes, { ready, never }) {
      let isStopped = false;
      if (!random.chance(world.rates.neverReady)) {
        later(random.between(1, 800), () => {
          if (!isStopped) ready();
        });
      } else if (runId.charCodeAt(runId.length - 1) % 2 === 0) {
        later(150, () => {
          if (!isStopped) never("it answers wrongly (3 failures in a row)");
        });
      }
      return ended(() => {
        isStopped = true;
      });
    },

    watchHealth({ runId, anew }, probes, onReport) {
      let isStopped = false;
      if (anew) witness.probingBegan(runId);
      const tick = (probe: number, sick: number, inARow: number): void => {
        later(random.between(20, 500), () => {
          if (isStopped) return;
          const passed = !random.chance(world.rates.unwell * sick);
          const now = passed ? inARow + 1 : 0;
          const enough = probes[probe]?.successThreshold ?? 1;
          if (now <= enough) {
            witness.probed(runId, probe, passed);
            const answer = passed ? "it is well" : "it is not well";
            onReport({ kind: "probed", probe, passed, means: null, answer });
          }
          // Nothing more would be told of one that stays well.
          const isOver = world.rates.unwell === 0 && now >= enough;
          if (!isOver) tick(probe, random.chance(0.1) ? random.next() : sick, now);
        });
      };
      for (const probe of probes.keys()) tick(probe, random.next(), 0);
      return ended(() => {
        isStopped = true;
      });
    },

    historyOf: (_runId: RunId) => [],
  };
}

function ended(stop: () => void): Probing {
  return { stop, account: () => "it does not answer, 3 tries" };
}
