import { describe, expect, test } from "bun:test";
import { problemsOf } from "./project-folder.ts";

/** One process `a`, on line 3, with these keys. */
const process = (keys: string) => `name: shop\nprocesses:\n  a: { command: x, ${keys} }\n`;

describe("a wrong configuration says where, what and what instead", () => {
  const at = "procman.yaml:3: processes.a";
  const unset = "variable NOPE is not set | Set it, or write ${NOPE:-default}.";
  test.each([
    ["nme: x", 'procman.yaml:1: nme: unknown key | Did you mean "name"?'],
    ["frobnicate: x", "procman.yaml:1: frobnicate: unknown key"],
    [
      "concurrency: many",
      'procman.yaml:1: concurrency: expected a whole number, 1 to 10000, got "many"',
    ],
    ["processes: [a]", "procman.yaml:1: processes: expected a map of processes, got a list"],
    ["name: adhoc", "procman.yaml:1: name: not a project's name: it is reserved"],
    ["defaults: x", 'procman.yaml:1: defaults: expected a map of process keys, got "x"'],
    ["defaults: { prot: 1 }", 'procman.yaml:1: defaults.prot: unknown key | Did you mean "port"?'],
    [
      "env: { 'A=B': x }",
      'procman.yaml:1: env["A=B"]: expected the name of a variable: not empty, and without `=`, got "A=B"',
    ],
    [
      "env: [A=1]",
      'procman.yaml:1: env: expected a map of variables, got a list | Write a map: `env: { A: "1" }`.',
    ],
    [
      "name: My Shop",
      `procman.yaml:1: name: not a project's name: a name is 1 to 63 letters, digits, '-' and '_', and starts with a letter or a digit | "My-Shop" would do.`,
    ],
    ["processes:\n  a: {}", "procman.yaml:2: processes.a: `command` is missing"],
    [
      "processes:\n  a: 4",
      "procman.yaml:2: processes.a: expected a command, or a map of process keys, got 4",
    ],
    [
      "processes:\n  a: { command: '' }",
      'procman.yaml:2: processes.a.command: expected a string that is not empty, got ""',
    ],
    ["processes:\n  all: x", "procman.yaml:2: processes.all: not a process's name: it is reserved"],
    [
      "processes:\n  123: x",
      "procman.yaml:2: processes[123]: not a process's name: a name needs at least one letter",
    ],
    [
      "processes:\n  dev:web: x",
      `procman.yaml:2: processes["dev:web"]: not a process's name: a name is 1 to 63 letters, digits, '-' and '_', and starts with a letter or a digit | "dev-web" would do.`,
    ],
    [
      "processes:\n  my-db: x\n  my_db: y",
      'procman.yaml:3: processes.my_db: too much like "my-db": both would be PROCMAN_PORT_MY_DB to others | Rename one of them.',
    ],
    [
      "processes:\n  api: x\n  API: y",
      'procman.yaml:3: processes.API: too much like "api": both would be PROCMAN_PORT_API to others | Rename one of them.',
    ],
    ["env: { A: .nan }", "procman.yaml:1: env.A: expected a string, or null to unset, got NaN"],
    [
      "name: a\n---\nname: b",
      "procman.yaml: cannot be read: it holds several documents, and a configuration is one",
    ],
    [
      process("env: { A: '${B}', B: '${A}' }"),
      `${at}.env.B: these variables refer to each other: A → B → A`,
    ],
    [
      process("env: { A: '${B}', B: '${C}', C: '${A}' }, cwd: '${A}', port: '${B}'"),
      `${at}.env.C: these variables refer to each other: A → B → C → A`,
    ],
    [
      process(`cwd: '${"${A:-".repeat(17)}${"}".repeat(17)}'`),
      `${at}.cwd: "${"${A:-".repeat(17)}${"}".repeat(17)}" cannot be read: defaults are nested deeper than 16`,
    ],
    [
      "processes:\n  a: x\n  a: y",
      "procman.yaml:3: processes.a: the key is there twice, first on line 2",
    ],
    [process("comand: y"), `${at}.comand: unknown key | Did you mean "command"?`],
    [process("port: http"), `${at}.port: expected a port number from 1 to 65535, got "http"`],
    [process("port: 70000"), `${at}.port: expected a port number from 1 to 65535, got 70000`],
    [
      process("restart: alwys"),
      `${at}.restart: expected "no", "on-failure", "always", or a map with \`policy\`, got "alwys" | Did you mean "always"?`,
    ],
    [
      process("restart: { policy: nope }"),
      `${at}.restart.policy: expected "no", "on-failure" or "always", got "nope"`,
    ],
    [
      process("restart: { backoff: { jiter: 1 } }"),
      `${at}.restart.backoff.jiter: unknown key | Did you mean "jitter"?`,
    ],
    [
      process("stop: { timeout: soon }"),
      `${at}.stop.timeout: expected a duration such as "250ms", "5s", "2m", "1h" or "7d", got "soon"`,
    ],
    [
      process("stop: { signal: SIGNOPE }"),
      `${at}.stop.signal: expected a signal such as SIGTERM, got "SIGNOPE"`,
    ],
    [
      process("log: { maxSize: huge }"),
      `${at}.log.maxSize: expected a size of at least one byte, such as "512MB", "512MiB" or a number of bytes, got "huge"`,
    ],
    [process("autostart: maybe"), `${at}.autostart: expected true or false, got "maybe"`],
    [
      process("log: { compress: lz4 }"),
      `${at}.log.compress: expected true, false, "zstd" or "gzip", got "lz4"`,
    ],
    [process("group: -1"), `${at}.group: expected a group name or number, got -1`],
    [
      "processes:\n  a: { command: [] }",
      "procman.yaml:2: processes.a.command: expected a list of at least one string, got a list",
    ],
    [process("umask: 22"), `${at}.umask: expected octal digits in quotes, such as "022", got 22`],
    [
      process("ready: { within: 5s }"),
      `${at}.ready: expected a probe: a map with \`http\`, \`tcp\`, \`log\`, \`exec\`, \`ipc\`, \`resource\` or \`after\`, got a map`,
    ],
    [
      process("ready: { tcp: 1, http: 'http://h' }"),
      `${at}.ready: expected one kind of probe, not http and tcp at once (a list holds several probes), got a map`,
    ],
    [process("ready: [{ htp: x }]"), `${at}.ready[0].htp: unknown key | Did you mean "http"?`],
    [
      process("ready: { http: 'localhost:1' }"),
      `${at}.ready.http: expected an address that begins with http:// or https://, got "localhost:1"`,
    ],
    [
      process("ready: { tcp: 'localhost' }"),
      `${at}.ready.tcp: expected a port, or "host:port", got "localhost"`,
    ],
    [process("dependsOn: [b]"), `${at}.dependsOn[0]: there is no process "b"`],
    [
      process("dependsOn: { b: redy }"),
      `${at}.dependsOn.b: expected "started", "ready", "healthy", "completed" or "succeeded", or a map with \`condition\`, got "redy" | Did you mean "ready"?`,
    ],
    [process("dependsOn: [a]"), `${at}.dependsOn[0]: these wait for each other: a → a`],
    [
      process("dependsOn: [b]") +
        "  b: { command: y, dependsOn: { c: ready } }\n  c: { command: z, dependsOn: [a] }\n",
      `procman.yaml:3: processes.a.dependsOn[0]: these wait for each other: a → b → c → a`,
    ],
    [
      process("dependsOn: { b: healthy }") + "  b: y",
      `${at}.dependsOn.b: "b" has no \`health\` probe, so it is never healthy | Give it one, or use the condition "ready".`,
    ],
    [process("env: { A: '${NOPE}' }"), `${at}.env.A: ${unset}`],
    [process("cwd: '${NOPE:?say where}'"), `${at}.cwd: NOPE: say where`],
    [process("port: '${NOPE}'"), `${at}.port: ${unset}`],
    [
      process("links: ['${PORT}']"),
      `${at}.links[0]: variable PORT is not set | A process with a \`port\` has it.`,
    ],
    [process("links: ['${b.port}']"), `${at}.links[0]: there is no port of a process "b"`],
    [
      process("links: ['${web.port}']") + "  wen: y",
      `${at}.links[0]: there is no port of a process "web" | Did you mean "wen"?`,
    ],
    [
      process("links: ['${b.port}']") + "  b: y",
      `${at}.links[0]: there is no port of a process "b" | Give "b" a \`port\`.`,
    ],
    [
      process("links: ['${b.host}']"),
      `${at}.links[0]: "\${b.host}" is none of \${VAR}, \${VAR:-default}, \${VAR:?message} and \${process.port}; write $\${ for a literal \${`,
    ],
    [
      process("envFile: [nope.env]"),
      `${at}.envFile[0]: "nope.env": there is no such file | Write "nope.env?" for a file that may be missing.`,
    ],
    [
      process("port: 80") + "  b: { command: y, port: 80 }",
      `procman.yaml:4: processes.b.port: port 80 is the port of "a" too`,
    ],
    [
      process("port: 80") + "  b: { command: y, port: 79, instances: 2, balance: none }",
      `procman.yaml:4: processes.b.port: port 80 is the port of "a" too`,
    ],
    [
      process("groups: ['all']"),
      `${at}.groups[0]: expected a group's name: 1 to 63 letters, digits, '-' and '_', and none that is reserved, got "all"`,
    ],
    ["groups: { web: [b] }", `procman.yaml:1: groups.web[0]: there is no process "b"`],
    [
      "groups: { web: { members: ['b-*'] } }",
      `procman.yaml:1: groups.web.members[0]: no process matches "b-*"`,
    ],
    ["profiles: { ci: ['@b'] }", `procman.yaml:1: profiles.ci[0]: there is no group "b"`],
    [
      "profiles: { ci: { processes: [b] } }",
      `procman.yaml:1: profiles.ci.processes[0]: there is no process "b"`,
    ],
    ["- a", "procman.yaml: expected a map of project keys, got a list"],
    [
      "processes:\n  a: { command: x, links: [${B}] }",
      "procman.yaml:2:29: cannot be read: Unexpected token | Inside `{ }` and `[ ]` YAML wants quotes around a string with `${…}` in it.",
    ],
    ["a: [1,\nb: 2", "procman.yaml:2:1: cannot be read: Unexpected token"],
  ])("%s", async (content, expected) => {
    expect(await problemsOf({ "procman.yaml": content })).toEqual([expected]);
  });
});

test("everything wrong is told at once, each thing once, in the order in which it stands there", async () => {
  const problems = await problemsOf({
    "procman.yaml": `
nme: shop
defaults: { restart: { max: -1 }, stop: { timout: 1s } }
groups: { web: [nope] }
processes:
  a: { command: x, port: http, dependsOn: [c] }
  b: { comand: y, links: ["\${NOPE}", "\${a.port}"], standby: 1 }
  d: { command: z, dependsOn: { e: redy } }
  e: { command: z, cwd: "\${NOPE}", stop: { timeout: x }, dependsOn: [d] }
`,
  });
  expect(
    problems.map((problem) =>
      problem.replace(/: (?:expected|unknown|there|these|variable|not).*/, ""),
    ),
  ).toEqual([
    "procman.yaml:2: nme",
    "procman.yaml:3: defaults.restart.max",
    "procman.yaml:3: defaults.stop.timout",
    "procman.yaml:4: groups.web[0]",
    "procman.yaml:6: processes.a.port",
    "procman.yaml:6: processes.a.dependsOn[0]",
    "procman.yaml:7: processes.b.standby",
    "procman.yaml:7: processes.b.comand",
    "procman.yaml:7: processes.b.links[0]",
    "procman.yaml:8: processes.d.dependsOn.e",
    "procman.yaml:8: processes.d.dependsOn.e",
    "procman.yaml:9: processes.e.cwd",
    "procman.yaml:9: processes.e.stop.timeout",
  ]);
});

describe("a wrong value names its line", () => {
  const wrong = ["processes", "a", "stop", "timeout"].join(".");
  test.each([
    ["procman.json", '{\n"processes": {\n"a": {"command": "x", "stop": {\n"timeout": "x"}}}}', 4],
    [
      "procman.config.jsonc",
      '{ // one\n"processes": { /* two\n three */ "a": {"command": "x",\n"stop": {"timeout": "x",},},}}',
      4,
    ],
    ["procman.toml", '[processes.a]\ncommand = "x"\n[processes.a.stop]\ntimeout = "x"\n', 4],
    [
      "package.json",
      '{\n"procman": {"processes": {"a": {"command": "x", "stop": {\n"timeout": "x"}}}}}',
      3,
    ],
    [
      "procman.yaml",
      'processes:\n  "a":\n    command: |\n      a: b\n    stop:\n      timeout: x\n',
      6,
    ],
  ])("%s", async (file, content, line) => {
    const [problem] = await problemsOf({ [file]: content });
    expect(problem).toStartWith(`${file}:${line}: ${wrong}: expected a duration`);
  });
});
