import { readdirSync, readFileSync } from "node:fs";
import type { Processes } from "../supervisor/ports.ts";
import { startTicksOf } from "./boot.ts";
export function createProcesses(_: { homeId: string }): Processes & { close(): void } {
  const alive = (i: { pid: number; startTicks: string }) => startTicksOf(i.pid) === i.startTicks;
  const members = (runId: string) => readdirSync("/proc").filter((n) => /^\d+$/.test(n)).map(Number).filter((pid) => {
    try { return startTicksOf(pid) !== null && readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`PROCMAN_RUN_ID=${runId}`); } catch { return false; }
  });
  return {
    spawn({ launch, output, onExit }) {
      try {
        const p = Bun.spawn([...launch.argv], { cwd: launch.cwd, env: { ...launch.env }, detached: true, stdio: ["ignore", output.stdoutFd, output.stderrFd],
          onExit: (_p, code, sig) => setImmediate(() => onExit({ code: sig === null ? code : null, signal: sig === null ? null : String(sig), oomKilled: false, known: true })) });
        return { ok: true, identity: { pid: p.pid, startTicks: startTicksOf(p.pid) ?? "gone" } };
      } catch (e) { return { ok: false, error: { code: String((e as { code?: string }).code), message: `cannot be started: ${(e as Error).message}`, transient: false } }; }
    },
    isAlive: alive,
    findLeader(runId) { const pid = members(runId)[0]; return pid === undefined ? null : { pid, startTicks: startTicksOf(pid) ?? "" }; },
    watch(i, onExit) { const t = setInterval(() => { if (!alive(i)) { clearInterval(t); onExit({ code: null, signal: null, oomKilled: false, known: false }); } }, 50); return () => clearInterval(t); },
    signalGroup(l, s) { if (alive(l)) { try { process.kill(-l.pid, s as NodeJS.Signals); process.kill(-l.pid, "SIGCONT"); } catch { /* gone */ } } },
    async sweep({ runId }) { for (;;) { const m = members(runId); if (m.length === 0) return; for (const pid of m) try { process.kill(pid, "SIGKILL"); } catch { /* gone */ } await Bun.sleep(5); } },
    close() {},
  };
}
