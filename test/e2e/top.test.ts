/** `top`, on a terminal and without one. */

import { resolve } from "node:path";
import { expect, test } from "bun:test";
import { drawnScreen, ENTER, LEAVE } from "./drawn-screen.ts";
import type { OnTerminal } from "./on-terminal.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;
const MAIN = resolve(import.meta.dir, "../../src/cli/main.ts");
const ESC = "\u001B";
const CTRL_C = "\u0003";
const CTRL_Z = "\u001A";
const PAGE_UP = `${ESC}[5~`;

/** More than a screen at once, then line by line. */
const TALKER =
  "seq -f 'line %g' 200; i=200; while :; do i=$((i+1)); echo line $i; sleep 0.05; done";
const SHOP = {
  name: "shop",
  processes: {
    talker: { command: ["sh", "-c", TALKER] },
    quiet: "sleep 1000",
    broken: { command: ["sh", "-c", "echo it is broken >&2; exit 3"], restart: "no" },
    shell: { command: "cat", tty: true },
  },
};

/** The screen as soon as it is as wanted. */
function screen(of: OnTerminal, what: string, holds: (lines: string[]) => boolean) {
  return eventually(`the screen to show ${what}`, async () => {
    const value = drawnScreen(of.text());
    return { value, done: value.length > 0 && holds(value) };
  });
}

const shows = (of: OnTerminal, text: string | RegExp) =>
  screen(of, String(text), (lines) =>
    lines.some((line) => (typeof text === "string" ? line.includes(text) : text.test(line))),
  );

/** Left as it was found. */
function expectRestored(terminal: OnTerminal): void {
  const written = terminal.text();
  const end = written.slice(written.lastIndexOf(LEAVE) - 40);
  for (const sequence of ["[?2004l", "[0m", "[?7h", "[?25h", "[?1049l"]) {
    expect(end).toContain(ESC + sequence);
  }
  expect(written.lastIndexOf(LEAVE)).toBeGreaterThan(written.lastIndexOf(ENTER));
}

test(
  "processes are seen with their logs, keys act on the one that is selected, and all goes on after it",
  async () => {
    await using sandbox = new Sandbox(SHOP);
    await sandbox.ok("up", "-d");
    await sandbox.until("broken", ({ state }) => state === "failed");
    const terminal = sandbox.onTerminal(["top"]);
    await shows(terminal, /^> talker +running/);
    const first = await shows(terminal, /^line \d+$/);
    expect(first[0]).toMatch(/^shop {2}3 running, 1 failed {2}CPU .* daemon \d+$/);
    expect(first.find((line) => line.includes("broken"))).toMatch(/failed +exited with code 3$/);
    const last = Number(
      /line (\d+)/.exec(first.findLast((line) => line.startsWith("line")) ?? "")?.[1],
    );
    await shows(terminal, `line ${last + 10}`);

    terminal.type(PAGE_UP);
    await shows(terminal, "End: follow");
    terminal.type(`${ESC}[F/line .*7$\r`);
    const found = await shows(terminal, "/line .*7$/ following");
    await screen(terminal, "only what is searched for", (lines) => {
      const logged = lines.filter((line) => line.startsWith("line"));
      return logged.length > 0 && logged.every((line) => line.endsWith("7"));
    });
    expect(found.at(-1)).toContain("s stop");

    terminal.type("s");
    await shows(terminal, "shop/talker.1 stopped.");
    await shows(terminal, /^> talker +stopped/);
    terminal.type("s");
    await shows(terminal, "shop/talker.1 started (pid");
    terminal.type("jr");
    await shows(terminal, "shop/quiet.1 restarted (pid");
    terminal.type("K");
    await shows(terminal, "Kill shop/quiet.1 (pid");
    terminal.type("y");
    await shows(terminal, /^> quiet +killed/);

    terminal.type("ji");
    await shows(terminal, "shop/broken.1 is failed");
    await shows(terminal, "it is broken");
    terminal.type(ESC);
    await shows(terminal, "Nothing is found in what it wrote last. Esc shows all.");
    terminal.type(ESC);
    await shows(terminal, "it is broken");
    terminal.type("\r");
    const whole = await shows(terminal, "Esc back");
    expect(whole[0]).toStartWith("── shop/broken.1 · failed");
    expect(whole[1]).toBe("it is broken");
    terminal.type(ESC);
    await shows(terminal, /^> broken/);
    terminal.type("ftal\r");
    await shows(terminal, "names with 'tal'");

    terminal.resize(40, 10);
    const small = await screen(terminal, "ten lines", (lines) => lines.length === 10);
    expect(Math.max(...small.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(40);
    await shows(terminal, /^> talker +running/);

    terminal.type("q");
    expect(await terminal.exited).toBe(0);
    expectRestored(terminal);
    expect((await sandbox.status("talker")).state).toBe("running");

    // What was asked is done, also when somebody leaves at once.
    const hasty = sandbox.onTerminal(["monit", "talker"]);
    await shows(hasty, /^> talker +running/);
    hasty.type("sq");
    expect(await hasty.exited).toBe(0);
    await sandbox.until("talker", ({ state }) => state === "stopped");
  },
  SLOW_MS,
);

test(
  "it outlives the daemon, gives the terminal away and takes it back, and restores it however it ends",
  async () => {
    await using sandbox = new Sandbox(SHOP);
    await sandbox.ok("up", "-d");
    const terminal = sandbox.onTerminal(["top"], { NO_COLOR: "1" });
    await shows(terminal, /^> talker +running/);

    const killed = await sandbox.killDaemon();
    await screen(terminal, "another daemon", ([head = ""]) => {
      const pid = /daemon (\d+)$/.exec(head)?.[1];
      return pid !== undefined && pid !== String(killed);
    });
    await sandbox.ok("daemon", "stop", "--leave-running");
    const without = await shows(terminal, "No daemon runs; this goes on when there is one.");
    expect(without[0]).toStartWith("shop  no daemon  3 running");
    await sandbox.ok("up", "-d");
    await shows(terminal, /daemon \d+$/);

    terminal.type("a");
    await shows(terminal, "Cannot attach to shop/talker.1");
    terminal.type("jjja");
    await terminal.says("Attached to shop/shell.1");
    terminal.type("typed at it\r");
    await eventually("what was typed to come back", async () => {
      const value = terminal.text();
      return { value, done: /typed at it\r+\ntyped at it/.test(value) };
    });
    terminal.type("\u001D");
    await shows(terminal, "Detached from shop/shell.1, which goes on.");

    // Nobody could wake it again, so it is not suspended: the terminal is given away, and taken back.
    const entered = terminal.text().split(ENTER).length;
    terminal.type(CTRL_Z);
    await eventually("the terminal to be taken back", async () => {
      const value = terminal.text().split(ENTER).length;
      return { value, done: value === entered + 1 };
    });
    await shows(terminal, /^> shell/);
    expect(terminal.text()).not.toMatch(new RegExp(`${ESC}\\[[1-9][\\d;]*m`));

    terminal.type(CTRL_C);
    expect(await terminal.exited).toBe(130);
    expectRestored(terminal);

    const asked = sandbox.onTerminal(["top"]);
    await shows(asked, /^> talker/);
    process.kill(asked.pid, "SIGTERM");
    expect(await asked.exited).toBe(143);
    expectRestored(asked);

    const fault = "process.on('SIGUSR2', () => { throw new Error('a fault'); });";
    const preload = sandbox.write("fault.ts", fault);
    const argv = [process.execPath, "--preload", preload, "--no-env-file", MAIN, "top"];
    const env = { PROCMAN_HOME: sandbox.home, PATH: process.env["PATH"] ?? "", TERM: "xterm" };
    const crashed = sandbox.onTerminalOf(argv, env);
    await shows(crashed, /^> talker/);
    process.kill(crashed.pid, "SIGUSR2");
    expect(await crashed.exited).toBe(1);
    expectRestored(crashed);
    expect(crashed.text().slice(crashed.text().lastIndexOf(LEAVE))).toContain("a fault");
  },
  SLOW_MS,
);

test(
  "in a shell Ctrl-Z suspends it, and fg brings it back",
  async () => {
    await using sandbox = new Sandbox(SHOP);
    await sandbox.ok("up", "-d");
    const env = { PROCMAN_HOME: sandbox.home, PATH: process.env["PATH"] ?? "", TERM: "xterm" };
    const shell = sandbox.onTerminalOf(["sh", "-i"], { ...env, PS1: "ready> " });
    await shell.says("ready> ");
    shell.type(`${process.execPath} --no-env-file ${MAIN} top\r`);
    await shows(shell, /^> talker +running/);
    shell.type(CTRL_Z);
    const prompts = () => shell.text().split("ready> ").length;
    await eventually("the shell to have the terminal", async () => {
      return { value: prompts(), done: prompts() >= 3 };
    });
    expectRestored(shell);
    shell.type("fg\r");
    await shows(shell, /^> talker +running/);
    shell.type("j");
    await shows(shell, /^> quiet/);
    shell.type("q");
    await eventually("the shell to have the terminal again", async () => {
      return { value: prompts(), done: prompts() >= 4 };
    });
    shell.type("exit\r");
    await shell.exited;
  },
  SLOW_MS,
);

test(
  "when nothing changes but numbers, only the lines that they are in are drawn, ten frames a second at most",
  async () => {
    const flood = "while :; do seq 1 20000; done";
    await using sandbox = new Sandbox({
      name: "p",
      processes: { flood: { command: ["sh", "-c", flood] } },
    });
    await sandbox.ok("up", "-d");
    const terminal = sandbox.onTerminal(["top"]);
    await shows(terminal, /^\d+$/);
    const from = terminal.text().length;
    const beganMs = performance.now();
    const frames = (): number => terminal.text().slice(from).split(`${ESC}[?2026h`).length - 1;
    await eventually("some frames", async () => ({ value: frames(), done: frames() >= 10 }));
    const seconds = (performance.now() - beganMs) / 1_000;
    expect(frames()).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 2);
    const drawn = terminal.text().slice(from);
    // The titles and the keys stay, and so do they.
    expect(drawn).not.toContain("UPTIME");
    expect(drawn).not.toContain("restart");
    await sandbox.ok("stop", "flood");
    await shows(terminal, /^> flood +stopped/);
    const end = (await sandbox.ok("logs", "-n", "3", "--no-prefix")).trimEnd().split("\n");
    await screen(terminal, `the end of the log, ${end.join(" ")}`, (lines) =>
      lines.join("\n").includes(end.join("\n")),
    );
    terminal.type("q");
    expect(await terminal.exited).toBe(0);
  },
  SLOW_MS,
);

test(
  "without a terminal it says what to use instead; one frame can be had",
  async () => {
    await using sandbox = new Sandbox(SHOP);
    await sandbox.ok("up", "-d");
    const rows = [
      ["$PROCMAN top | cat", "this is no terminal", "procman ls --watch"],
      ["$PROCMAN top --json", "Cannot write top as JSON", "procman stats --json"],
      ["$PROCMAN top --once --json", "Cannot write top as JSON", "procman ls --json"],
      ["$PROCMAN monit --sort speed", "Cannot sort by 'speed'", "name, cpu, memory, uptime"],
      ["cd / && $PROCMAN top --once", "Cannot find a project", "--all"],
    ] as const;
    for (const [line, error, hint] of rows) {
      const { code, stdout, stderr } = await sandbox.shell(`set -e; ${line}; exit 2`);
      expect([line, code, stdout]).toEqual([line, 2, ""]);
      expect([line, stderr]).toEqual([line, expect.stringContaining(error)]);
      expect([line, stderr]).toEqual([line, expect.stringContaining(hint)]);
    }
    const dumb = sandbox.onTerminal(["top"], { TERM: "dumb" });
    expect(await dumb.exited).toBe(2);
    expect(dumb.text()).not.toContain(ESC);

    const { stdout, code } = await sandbox.shell("COLUMNS=60 LINES=12 $PROCMAN top --once quiet");
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^shop {2}1 running {2}CPU/);
    expect(lines[2]).toMatch(/^> quiet +running/);
    expect(lines.at(-2)).toBe("It has written nothing.");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(stdout).not.toContain(ESC);
    const all = await sandbox.shell("$PROCMAN top --once --all --sort cpu");
    expect(all.stdout).toContain("▾ shop  3 running");
  },
  SLOW_MS,
);
