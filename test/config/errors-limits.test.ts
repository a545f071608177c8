import { describe, expect, test } from "bun:test";
import { folderOf, load, problemsOf } from "./project-folder.ts";

/** One process `a`, on line 3, with these keys. */
const process = (keys: string) => `name: shop\nprocesses:\n  a: { ${keys} }\n`;

describe("a value that could never work is told of before anything starts", () => {
  const at = "procman.yaml:3: processes.a";
  const duration = 'expected a duration of at least 1ms, such as "250ms", "5s", "2m", "1h" or "7d"';
  test.each([
    ['command: "  "', `${at}.command: expected a string that is not empty, got "  "`],
    [
      'command: ["", x]',
      `${at}.command: expected a list whose first string names a program, got a list`,
    ],
    ["command: [x, 5]", `${at}.command[1]: expected a string, got 5`],
    [
      "command: { a: 1 }",
      `${at}.command: expected a command: a string or a list of strings, got a map`,
    ],
    ["command: x, instances: 0", `${at}.instances: expected a whole number, 1 to 1000, got 0`],
    ["command: x, instances: 1.5", `${at}.instances: expected a whole number, 1 to 1000, got 1.5`],
    ["command: x, stop: { timeout: -1 }", `${at}.stop.timeout: expected a duration such as`],
    ["command: x, stop: { timeout: 99999d }", `${at}.stop.timeout: expected a duration such as`],
    ["command: x, ready: { tcp: 1, interval: 0 }", `${at}.ready.interval: ${duration}, got 0`],
    ["command: x, ready: { tcp: 1, timeout: 0s }", `${at}.ready.timeout: ${duration}, got "0s"`],
    [
      "command: x, ready: { tcp: 99999 }",
      `${at}.ready.tcp: expected a port, or "host:port", got "99999"`,
    ],
    [
      "command: x, log: { maxSize: 0 }",
      `${at}.log.maxSize: expected a size of at least one byte, such as "512MB", "512MiB" or a number of bytes, got 0`,
    ],
    [
      "command: x, log: { maxFiles: -1 }",
      `${at}.log.maxFiles: expected a whole number, 0 to 10000, got -1`,
    ],
    [
      "command: x, umask: '7777'",
      `${at}.umask: expected octal digits in quotes, such as "022", got "7777"`,
    ],
    [
      "command: x, restart: { backoff: { factor: 0.5 } }",
      `${at}.restart.backoff.factor: expected a number, 1 to 100, got 0.5`,
    ],
    [
      "command: x, restart: { successCodes: [256] }",
      `${at}.restart.successCodes[0]: expected a whole number, 0 to 255, got 256`,
    ],
    [
      "command: x, port: { number: 3000, bump: 1000000000 }",
      `${at}.port.bump: expected a whole number, 0 to 65535, got 1000000000`,
    ],
    [
      "command: x, port: { number: 65000, bump: 1000 }",
      `${at}.port.bump: the last port to be tried would be 66000, and the highest is 65535`,
    ],
    [
      "command: x, port: 65535, instances: 3, balance: none",
      `${at}.port: the last of 3 instances would need port 65537, and the highest is 65535`,
    ],
    ['command: "x \\0"', `${at}.command: expected a string without NUL characters`],
  ])("%s", async (keys, expected) => {
    const problems = await problemsOf({ "procman.yaml": process(keys) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith(expected);
  });
});

describe("a file that is no configuration is told of as that", () => {
  test.each([
    [
      "shop.ini",
      "a = 1",
      "shop.ini: cannot be read: .ini says no format that procman reads: .ts, .js, .json, .jsonc, .yaml, .yml and .toml do",
    ],
    [
      "shop",
      "a: 1",
      "shop: cannot be read: a name without an ending says no format that procman reads: .ts, .js, .json, .jsonc, .yaml, .yml and .toml do",
    ],
    ["folder.yaml/x", "", "folder.yaml: cannot be read: it is a directory"],
  ])("%s", async (name, content, expected) => {
    const result = await load(folderOf({ [name]: content }), { files: [name.split("/")[0]!] });
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([expected]);
  });

  test("another tool's file, with what to do", async () => {
    const result = await load(folderOf({ Procfile: "web: x" }), { files: ["Procfile"] });
    const hint = "'procman config import FILE' writes a configuration from another tool's file.";
    expect(result).toMatchObject({ ok: false, problems: [{ hint }] });
  });

  test("one in another encoding", async () => {
    const folder = folderOf({ x: "" });
    await Bun.write(`${folder}/procman.yaml`, Buffer.from("processes: { a: café }", "latin1"));
    const result = await load(folder);
    expect(result).toMatchObject({
      ok: false,
      problems: [{ message: "procman.yaml: cannot be read: it is not UTF-8" }],
    });
  });
});

test("three configurations in one directory are told of together", async () => {
  const files = { "procman.yaml": "", "procman.toml": "", "procman.config.ts": "" };
  const [problem] = await problemsOf(files);
  expect(problem).toEndWith(
    "procman.config.ts and procman.yaml and procman.toml are all there | Remove one of them, or name the one you mean with `-f`.",
  );
});

describe("the environment is held to the same limits", () => {
  const nested = (open: string, inside: string, close: string) =>
    `${open.repeat(100)}${inside}${close.repeat(100)}`;
  test.each([
    ["PROCMAN_CONFIG__x", nested("[", "", "]")],
    ["PROCMAN_CONFIG__processes__a", nested('{"a":', "1", "}")],
    [`PROCMAN_CONFIG__${Array.from({ length: 60 }, () => "a").join("__")}`, "1"],
  ])("%s", async (name, value) => {
    expect(await problemsOf({ "procman.yaml": "" }, { env: { [name]: value } })).toEqual([
      `${name}: cannot be read: it is nested deeper than 48`,
    ]);
  });
});
