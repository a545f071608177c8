import { Supervisor } from "../../src/supervisor/supervisor.ts";
import { runSeed } from "./scenario.ts";
import { SimWorld } from "./world.ts";
import { SimFiles } from "./files.ts";
const [seed, proc, from, to] = process.argv.slice(2);
const orig = (SimWorld.prototype as any).advance;
let seen = 0;
let last = "";
const oe = (SimFiles.prototype as any).edit;
let now = 0;
(SimFiles.prototype as any).edit = function (p: string) {
  if (p === proc) console.log(Math.round(now), "EDIT");
  return oe.call(this, p);
};
(SimWorld.prototype as any).advance = async function (u: number) {
  const r = await orig.call(this, u);
  now = this.nowMs;
  const on = this.nowMs > Number(from) && this.nowMs < Number(to);
  for (; seen < this.events.length; seen++) {
    const e = this.events[seen];
    if (on && (e.process === proc || e.type === "config.changed"))
      console.log(
        Math.round(this.nowMs),
        e.instanceId,
        e.type,
        e.runId,
        JSON.stringify(e.data).slice(0, 200),
      );
  }
  if (on)
    for (const i of this.stored.instances.values())
      if (i.process === proc) {
        const t = JSON.stringify({
          d: i.desired,
          k: i.state.kind,
          run: i.state.run?.id,
          b: i.beside && [i.beside.role, i.beside.desired, i.beside.state.kind],
          r: i.reload,
          c: i.change,
          s: i.streak?.actedMonoMs,
          l: i.launched?.monoMs,
        });
        if (t !== last) {
          console.log("      ", Math.round(this.nowMs), i.id, t);
          last = t;
        }
      }
  return r;
};
const os = Supervisor.prototype.submit;
Supervisor.prototype.submit = function (i: any) {
  if (
    now > Number(from) &&
    now < Number(to) &&
    ["files-changed", "lease-ended", "lease-taken", "project-defined", "recovered"].includes(i.kind)
  )
    console.log(
      Math.round(now),
      "  >>",
      i.kind,
      i.instance ?? i.lease ?? "",
      i.watches ?? "",
      i.files ?? "",
    );
  return os.call(this, i);
};
try {
  await runSeed(Number(seed));
} catch (e) {
  console.log(String(e));
}
