import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { folderOf, load, loaded, problemsOf } from "./project-folder.ts";

describe("every format says the same", () => {
  test.each([
    ["procman.yaml", "name: shop\nprocesses:\n  a: { command: run, port: 3000 }\n"],
    ["procman.config.yml", "name: shop\nprocesses:\n  a: { command: run, port: 3000 }\n"],
    ["procman.toml", 'name = "shop"\n[processes.a]\ncommand = "run"\nport = 3000\n'],
    ["procman.json", '{"name":"shop","processes":{"a":{"command":"run","port":3000}}}'],
    [
      "procman.config.jsonc",
      '{"name":"shop", // hi\n"processes":{"a":{"command":"run","port":3000,}}}',
    ],
    [
      "package.json",
      '{"name":"x","procman":{"name":"shop","processes":{"a":{"command":"run","port":3000}}}}',
    ],
    [
      "procman.config.ts",
      'export default { name: "shop", processes: { a: { command: "run", port: 3000 } } };',
    ],
    [
      "procman.config.js",
      'module.exports = { name: "shop", processes: { a: { command: "run", port: 3000 } } };',
    ],
  ])("%s", async (file, content) => {
    const { spec } = await loaded({ [file]: content });
    expect(spec.name).toBe("shop");
    expect(spec.processes["a"]).toMatchObject({
      port: 3000,
      command: { kind: "line", line: "run" },
    });
    expect(spec.files).toEqual([join(spec.directory, file)]);
  });
});

test.each([
  ["procman.json", '\uFEFF{"processes":{"a":"x"}}'],
  ["procman.yaml", "\uFEFFprocesses:\r\n  a: x\r\n"],
  ["procman.toml", '\uFEFF[processes]\r\na = "x"\r\n'],
])("%s may begin with a byte order mark and have Windows' line ends", async (file, content) => {
  expect((await loaded({ [file]: content })).spec.processes["a"]!.command).toMatchObject({
    line: "x",
  });
});

test("a configuration may be empty", async () => {
  for (const file of ["procman.yaml", "procman.json", "procman.toml"]) {
    expect((await loaded({ [file]: "" })).spec.processes).toEqual({});
  }
});

describe("the search", () => {
  test("goes upwards from the working directory, and the project lives where the file is", async () => {
    const folder = folderOf({ "procman.yaml": "processes: { a: x }", "one/two/file": "" });
    const result = await load(join(folder, "one/two"));
    expect(result.ok && result.project.spec.directory).toBe(folder);
    expect(result.ok && result.project.spec.processes["a"]!.cwd).toBe(folder);
  });

  test("passes a package.json without a procman key by", async () => {
    const folder = folderOf({
      "procman.yaml": "processes: { a: x }",
      "app/package.json": { name: "app" },
    });
    expect((await load(join(folder, "app"))).ok).toBe(true);
  });

  test("refuses two configurations in one directory", async () => {
    const problems = await problemsOf({ "procman.yaml": "", "procman.config.ts": "" });
    expect(problems[0]).toContain("procman.config.ts and procman.yaml are both there");
  });

  test("says what to do when there is none", async () => {
    const result = await load(folderOf({}));
    expect(result).toMatchObject({ ok: false, problems: [{ code: "CONFIG_NOT_FOUND" }] });
  });

  test("is replaced by -f, whose files merge left to right", async () => {
    const folder = folderOf({
      "procman.yaml": "processes: { not: x }",
      "one.yaml": "processes: { a: { command: x, port: 1 }, b: y }",
      "sub/two.json": { processes: { a: { port: 2 }, b: null } },
    });
    const result = await load(folder, { files: ["one.yaml", "sub/two.json"] });
    expect(result.ok && result.project.spec.processes).toMatchObject({ a: { port: 2 } });
    expect(result.ok && Object.keys(result.project.spec.processes)).toEqual(["a"]);
    expect(result.ok && result.project.spec.directory).toBe(folder);
    const missing = await load(folder, { files: ["nope.yaml"] });
    expect(missing).toMatchObject({ ok: false, problems: [{ code: "CONFIG_NOT_FOUND" }] });
  });
});

test("later layers win: user, project, local, environment", async () => {
  const folder = folderOf({
    "home/procman/config.yaml": "concurrency: 1\nenv: { A: user, B: user, C: user, D: user }",
    "shop/procman.yaml": "env: { B: project, C: project, D: project }\nprocesses: { a: x }",
    "shop/procman.local.json": { env: { C: "local", D: "local" }, processes: { mine: "y" } },
  });
  const result = await load(join(folder, "shop"), {
    env: {
      XDG_CONFIG_HOME: join(folder, "home"),
      PROCMAN_CONFIG__env__D: "environment",
      PROCMAN_CONFIG__processes__a__instances: "3",
      PROCMAN_CONFIG__processes__a__autostart: "false",
      PROCMAN_CONFIG__processes__a__dependsOn: '["mine"]',
    },
  });
  if (!result.ok) throw new Error(result.problems[0]!.message);
  const { spec } = result.project;
  expect(spec.concurrency).toBe(1);
  expect(spec.processes["a"]!.env).toEqual({
    A: "user",
    B: "project",
    C: "local",
    D: "environment",
  });
  expect(spec.processes["a"]).toMatchObject({ instances: 3, autostart: false });
  expect(spec.processes["a"]!.dependsOn[0]!.process).toBe("mine");
  expect(spec.files).toEqual([join(folder, "shop/procman.yaml")]);
});

describe("the user's own and the local file may be of any kind", () => {
  const written: Readonly<Record<string, string>> = {
    ts: "export default () => ({ processes: { a: { umask: '027' } } });",
    js: "module.exports = { processes: { a: { umask: '027' } } };",
    json: '{"processes":{"a":{"umask":"027"}}}',
    jsonc: '{"processes":{"a":{"umask":"027",},},} // mine',
    yaml: "processes: { a: { umask: '027' } }",
    yml: "processes: { a: { umask: '027' } }",
    toml: "[processes.a]\numask = '027'",
  };
  test.each(Object.entries(written))("%s", async (ending, content) => {
    for (const file of [`home/procman/config.${ending}`, `shop/procman.local.${ending}`]) {
      const folder = folderOf({
        "shop/procman.yaml": "processes: { a: { command: x } }",
        [file]: content,
      });
      const env = { XDG_CONFIG_HOME: join(folder, "home") };
      const result = await load(join(folder, "shop"), { env });
      expect(result.ok && result.project.spec.processes["a"]).toMatchObject({ umask: 0o27 });
    }
  });

  test("and the user's own lies in ~/.config where nothing else is said", async () => {
    const folder = folderOf({
      ".config/procman/config.toml": "concurrency = 3",
      "shop/procman.yaml": "processes: { a: x }",
    });
    const result = await load(join(folder, "shop"), { env: { HOME: folder } });
    expect(result.ok && result.project.spec.concurrency).toBe(3);
  });
});

describe("the project's name", () => {
  test("is -p, else `name`, else made from the directory", async () => {
    const folder = folderOf({
      "My Shop/procman.yaml": "processes: { a: x }",
      "b/procman.yaml": "name: shop",
    });
    const nameOf = async (directory: string, project: string | null) => {
      const result = await load(join(folder, directory), { project });
      return result.ok && [result.project.spec.name, result.project.nameIsExplicit];
    };
    expect(await nameOf("My Shop", null)).toEqual(["My-Shop", false]);
    expect(await nameOf("b", null)).toEqual(["shop", true]);
    expect(await nameOf("b", "other")).toEqual(["other", true]);
  });
});
