/** Exporters: what they write means the same, as far as the other format goes; read back by our importers, by a shell,
 *  and by systemd's own checker. */

import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXPORTERS } from "../../src/config/exporters/export.ts";
import type { Exported } from "../../src/config/exporters/exporter.ts";
import { folderOf, load, loaded } from "./project-folder.ts";

const SHOP = {
  name: "shop",
  env: { LEVEL: "info", ODD: "a b%$x \"q\" 'r' ;" },
  processes: {
    db: {
      command: "sleep 1000",
      port: 6390,
      ready: { tcp: "${PORT}" },
      description: "keeps 100%\nof it",
    },
    migrate: {
      command: "echo $LEVEL && echo 'x y' > \"out file\"",
      restart: "no",
      dependsOn: ["db"],
    },
    api: {
      command: ["sh", "-c", 'echo "$0 ${PORT}"', "it's ${db.port}"],
      cwd: "api",
      port: 3000,
      instances: 2,
      balance: "none",
      dependsOn: { db: "ready", migrate: "succeeded" },
      ready: [{ http: "http://127.0.0.1:${PORT}/up?x=1" }, { after: "2s" }],
      stop: { signal: "SIGINT", timeout: "12s" },
      env: { GONE: null, WHERE: "${LEVEL}-${db.port}" },
      restart: { max: 3, backoff: { initial: "2s", factor: 1 }, successCodes: [0, 3] },
    },
    tool: { command: "sleep 5", autostart: false, groups: ["back"], user: "root", umask: "027" },
    page: { command: "sleep 5", ready: { http: "http://127.0.0.1:80/" }, restart: "always" },
    off: { command: "x", disabled: true },
  },
};

const callerEnv = { PATH: process.env["PATH"]!, HOME: "/home/someone" };

async function exported(format: string, config: object = SHOP): Promise<Exported> {
  const { spec } = await loaded({ "procman.json": config, "api/x": "" }, { env: callerEnv });
  return EXPORTERS[format]!({ project: spec, callerEnv });
}

/** The project that our importer makes of what was exported. */
async function reread(format: string, config?: object) {
  const { files } = await exported(format, config);
  const folder = folderOf({ [files[0]!.name]: files[0]!.text });
  const result = await load(folder, { env: callerEnv });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.project.spec.processes;
}

describe("a Procfile", () => {
  test("has lines that a shell runs with the same words and the same environment", async () => {
    const { files } = await exported("procfile", {
      env: SHOP.env,
      processes: {
        a: {
          command: ["sh", "-c", 'echo "$0|$1|$ODD|$WHERE|$${GONE-unset}|$(pwd)"', "it's", "2 $x"],
          cwd: "api",
          env: { WHERE: "x", GONE: null },
        },
      },
    });
    const folder = folderOf({ "api/x": "" });
    const line = files[0]!.text.trimEnd().replace("a: ", "");
    const { stdout } = Bun.spawnSync(["sh", "-c", line], {
      cwd: folder,
      env: { ...callerEnv, GONE: "here" },
    });
    expect(stdout.toString()).toBe(`it's|2 $x|${SHOP.env.ODD}|x|unset|${folder}/api\n`);
  });

  test("has a line for each instance, and tells what it cannot say", async () => {
    const { files, notices } = await exported("procfile");
    const names = files[0]!.text
      .trimEnd()
      .split("\n")
      .map((line) => line.split(":")[0]);
    expect(names).toEqual(["db", "migrate", "api_1", "api_2", "tool", "page"]);
    expect(notices).toEqual([
      '"off" is disabled and therefore left out',
      'of "db", `ready` cannot be said in a Procfile',
      'of "migrate", `dependsOn`, `restart.policy` cannot be said in a Procfile',
      'of "api", `dependsOn`, `ready`, `restart.max`, `restart.successCodes`, `restart.backoff`, `stop.signal`, `stop.timeout` cannot be said in a Procfile',
      'of "tool", `user`, `umask`, `groups`, `autostart` cannot be said in a Procfile',
      'of "page", `ready`, `restart.policy` cannot be said in a Procfile',
    ]);
    const { files: none, notices: said } = await exported("procfile", {
      processes: { a: { command: ["echo", "one\ntwo"] } },
    });
    expect([none[0]!.text, said]).toEqual([
      "",
      ['"a" is left out: its command or environment has several lines'],
    ]);
  });
});

test("a pm2 ecosystem file is imported as what it was", async () => {
  const { db, migrate, api_2: api, tool, page } = await reread("pm2");
  expect(db).toMatchObject({ command: { argv: ["sleep", "1000"] }, env: { PORT: "6390" } });
  expect(migrate).toMatchObject({
    command: { argv: ["sh", "-c", SHOP.processes.migrate.command] },
    restart: { policy: "no" },
  });
  expect(api).toMatchObject({
    command: { argv: ["sh", "-c", 'echo "$0 3001"', "it's 6390"] },
    env: { WHERE: "info-6390", ODD: SHOP.env.ODD, PORT: "3001", NODE_APP_INSTANCE: "1" },
    restart: { policy: "on-failure", max: 3, successCodes: [0, 3], backoff: { initialMs: 2_000 } },
    stop: { timeoutMs: 12_000 },
  });
  expect(tool).toMatchObject({ autostart: false, groups: ["back"], user: "root" });
  expect(page!.restart.policy).toBe("always");
  const { notices } = await exported("pm2");
  expect(notices).toContain(
    "pm2 stops with SIGINT, not SIGTERM: set PM2_KILL_SIGNAL=SIGTERM for all",
  );
});

test("a process-compose.yaml is imported as what it was", async () => {
  const { db, migrate, api_1: api, tool, page } = await reread("process-compose");
  expect(db!.ready).toMatchObject([{ kind: "exec", intervalMs: 1_000 }]);
  expect(migrate).toMatchObject({
    command: { line: SHOP.processes.migrate.command },
    dependsOn: [{ process: "db", condition: "ready" }],
    restart: { policy: "no" },
  });
  expect(api).toMatchObject({
    command: { line: "sh -c 'echo \"$0 3000\"' 'it'\\''s 6390'" },
    env: { WHERE: "info-6390", ODD: SHOP.env.ODD, PORT: "3000", PROCMAN_PORT_DB: "6390" },
    dependsOn: [
      { process: "db", condition: "ready" },
      { process: "migrate", condition: "succeeded" },
    ],
    ready: [{ kind: "http", url: "http://127.0.0.1:3000/up?x=1" }],
    readyWithinMs: 62_000,
    restart: { policy: "on-failure", max: 3, backoff: { initialMs: 2_000 } },
    stop: { signal: "SIGINT", timeoutMs: 12_000 },
  });
  expect(tool).toMatchObject({ autostart: false, groups: ["back"] });
  expect(page!.ready).toMatchObject([{ kind: "http", url: "http://127.0.0.1:80/" }]);
});

test("a compose.yaml keeps order, health, restarts and ports, and nothing in it is expanded again", async () => {
  const { files, notices } = await exported("compose");
  const { services } = Bun.YAML.parse(files[0]!.text) as {
    services: Record<string, Record<string, unknown>>;
  };
  expect(Object.keys(services)).toEqual(["db", "migrate", "api_1", "api_2", "tool", "page"]);
  expect(services["api_1"]).toMatchObject({
    command: ["sh", "-c", 'echo "$$0 3000"', "it's 6390"],
    working_dir: "/app/api",
    network_mode: "host",
    environment: { ODD: SHOP.env.ODD.replace("$", "$$$$"), PORT: "3000" },
    depends_on: {
      db: { condition: "service_healthy" },
      migrate: { condition: "service_completed_successfully" },
    },
    restart: "on-failure:3",
    stop_signal: "SIGINT",
    stop_grace_period: "12s",
  });
  expect(services["tool"]).toMatchObject({ profiles: ["manual"], user: "root" });
  expect(notices).toContain("images are guessed by the name of the program: look at each `image`");
  expect(notices).toContain('the ready probe `after` of "api_1" is left out');
});

describe("units for systemd", () => {
  test("say order, readiness, restarts and stopping", async () => {
    const { files } = await exported("systemd");
    const units = new Map(files.map(({ name, text }) => [name, text.split("\n")]));
    expect([...units.keys()]).toEqual([
      "shop.target",
      ...["db", "migrate", "api_1", "api_2", "tool", "page"].map((name) => `shop-${name}.service`),
    ]);
    expect(units.get("shop.target")).not.toContain("Wants=shop-tool.service");
    expect(units.get("shop-db.service")).toContain("Description=keeps 100%% of it");
    expect(units.get("shop-migrate.service")).toEqual(
      expect.arrayContaining(["Type=oneshot", "RemainAfterExit=yes", "Restart=no"]),
    );
    expect(units.get("shop-api_2.service")).toEqual(
      expect.arrayContaining([
        "After=shop-migrate.service",
        "Requires=shop-migrate.service",
        "StartLimitIntervalSec=1m",
        "StartLimitBurst=4",
        "Environment=PORT=3001",
        'Environment="ODD=a b%%$x \\"q\\" \'r\' ;"',
        "UnsetEnvironment=GONE",
        'ExecStartPost=/bin/sh -c "sleep 2"',
        "RestartSec=2s",
        "SuccessExitStatus=0 3",
        "KillSignal=SIGINT",
        "TimeoutStopSec=12s",
      ]),
    );
    expect(units.get("shop-api_2.service")!.find((line) => line.startsWith("ExecStart="))).toMatch(
      /^ExecStart=\/\S+\/sh -c "echo \\"\$\$0 3001\\"" "it's 6390"$/,
    );
    expect(units.get("shop-tool.service")).toEqual(
      expect.arrayContaining(["User=root", "UMask=0027"]),
    );
  });

  const checker = Bun.which("systemd-analyze");

  test.skipIf(checker === null)("are what systemd itself takes without a word", async () => {
    const { files } = await exported("systemd");
    const folder = folderOf({});
    mkdirSync(join(folder, "units"));
    const paths = files.map(({ name, text }) => {
      const path = join(folder, "units", name);
      writeFileSync(path, text);
      return path;
    });
    const { exitCode, stdout, stderr } = Bun.spawnSync([checker!, "verify", "--man=no", ...paths]);
    expect([exitCode, stdout.toString(), stderr.toString()]).toEqual([0, "", ""]);
  });
});

test("what only procman gives is named", async () => {
  const config = { processes: { a: "run ${PROCMAN_DATA_DIR}/x", a_1: "y", b: { command: "z" } } };
  for (const format of Object.keys(EXPORTERS)) {
    expect((await exported(format, config)).notices).toContain(
      '"a" uses PROCMAN_DATA_DIR, which only procman gives: it is wrong in what was written',
    );
  }
});

test("probes are kept as far as the other format has a word for them, and the rest is told", async () => {
  const http = { url: "http://h/up", method: "HEAD", headers: { a: "b c" }, status: [204] };
  const config = {
    processes: {
      a: { command: "run", ready: [{ log: "up" }, { http }], health: { tcp: 1 } },
      b: { command: "run", ready: { log: "up" }, dependsOn: { a: "healthy" } },
      c: { command: "run", dependsOn: ["b"] },
    },
  };
  const line = "curl -fsS -o /dev/null --max-time 1 -X HEAD -H 'a: b c' http://h/up";
  for (const format of ["process-compose", "compose", "systemd"]) {
    const { files, notices } = await exported(format, config);
    const text = files.map((file) => file.text).join("\n");
    expect(text).toContain(line);
    expect(text).not.toContain("null;");
    expect(notices.join("\n")).toMatch(/of "a", .*`ready.log`, `ready.http.status`.*, `health`/);
    expect(notices.join("\n")).toMatch(/of "b", .*`ready.log`/);
  }
  const { files } = await exported("process-compose", config);
  const { processes } = Bun.YAML.parse(files[0]!.text) as {
    processes: Record<string, Record<string, unknown>>;
  };
  expect(processes["b"]).not.toHaveProperty("readiness_probe");
  expect(processes["c"]).toMatchObject({ depends_on: { b: { condition: "process_started" } } });
});

test("input, terminals and pid files are said where there is a word for them, else told of", async () => {
  const processes = {
    console: { command: "sleep 5", tty: true },
    repl: { command: "sleep 5", stdin: true },
    web: { command: "sleep 5", pidFile: "run/web.pid", adopt: "match" },
  };
  const rows: readonly (readonly [format: string, said: RegExp, told: readonly string[]])[] = [
    ["compose", /tty: true[^]*stdin_open: true[^]*stdin_open: true/, ["`pidFile`, `adopt`"]],
    ["process-compose", /is_tty: true/, ["`stdin`", "`pidFile`, `adopt`"]],
    ["pm2", /"pid_file": "\/.*\/run\/web.pid"/, ["`tty`", "`stdin`", "`adopt`"]],
  ];
  for (const [format, said, told] of rows) {
    const { files, notices } = await exported(format, { processes });
    expect(files[0]?.text).toMatch(said);
    const unsaid = notices.filter((notice) => notice.includes("cannot be said"));
    expect(unsaid.map((notice) => /, (.*) cannot/.exec(notice)?.[1] ?? "")).toEqual([...told]);
  }
});

test("schedules are said where there is a word for them, and told where there is none", async () => {
  const config = {
    processes: {
      web: { command: "run web", restart: { cron: "0 4 * * *" } },
      night: { command: "run", schedule: { cron: "30 2 * * *", timezone: "Europe/Berlin" } },
      often: { command: "run", schedule: { every: "90s", overlap: "allow", runOnStart: true } },
    },
  };
  const { night, often } = (await reread("process-compose", config)) as Record<string, object>;
  const times = { cron: "30 2 * * *", timezone: "Europe/Berlin" };
  expect(night).toMatchObject({ schedule: { times } });
  const schedule = { times: { everyMs: 90_000 }, overlap: "allow", runOnStart: true };
  expect(often).toMatchObject({ schedule });
  expect(await reread("pm2", config)).toMatchObject({
    web: { restart: { cron: { cron: "0 4 * * *" } } },
  });
  const { notices } = await exported("systemd", config);
  expect(notices.join("\n")).toContain('of "night", `schedule` cannot be said in a unit');
});
