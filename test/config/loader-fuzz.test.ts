/** Whatever a file of any kind says, the loader answers with a project that a daemon takes, or with problems. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseEnvFile } from "../../src/config/env-file.ts";
import { projectSpecSchema } from "../../src/protocol/spec-schema.ts";
import { folderOf, load, type Options } from "./project-folder.ts";

const SLOW_MS = 60_000;

/** Fails when the loader throws, says nothing, or says it in words that are not for people. */
async function answer(files: Readonly<Record<string, unknown>>, options: Options = {}) {
  const result = await load(folderOf(files), { profiles: ["a"], env: { A: "1" }, ...options });
  if (result.ok) {
    expect(projectSpecSchema.safeParse(result.project.spec).error?.issues ?? []).toEqual([]);
    return;
  }
  expect(result.problems.length).toBeGreaterThan(0);
  for (const { code, message } of result.problems) {
    expect(["CONFIG_INVALID", "NOT_SUPPORTED_YET", "CONFIG_NOT_FOUND"]).toContain(code);
    expect(message).not.toMatch(/undefined|got \[object|expected (?:Invalid|Too) /);
  }
}

const KEYS =
  "name env envFile defaults groups profiles concurrency alerts processes command shell cwd dependsOn instances port number bump ready http url tcp exec after within health pattern means headers status body tls ca insecure interval timeout restart policy max backoff factor stop signal limits watch schedule hooks log maxSize file user umask links members condition a b x-a __proto__ constructor".split(
    " ",
  );
const SCALARS = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  3000,
  65_535,
  1e12,
  "",
  " ",
  "a",
  "b",
  "0",
  "5s",
  "0ms",
  "1MB",
  "7777",
  "always",
  "auto",
  "max",
  "*",
  "@a",
  "a-*",
  "[",
  "ready",
  "\0",
  "\uD800",
  "${A}",
  "${a.port}",
  "${b.port}",
  "${PORT}",
  "${",
  "${A:-${B:-c}}",
  "$${",
  "${A:?x}",
  "http://h",
  "x?",
  ".",
] as const;
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom<unknown>(...SCALARS),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie("node"), { maxKeys: 5 }),
  ),
})).node;
const process = fc.oneof(
  value,
  fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 4 }).map((keys) => ({
    ...keys,
    command: "x",
  })),
);
const project = fc.oneof(
  value,
  fc.record(
    {
      processes: fc.dictionary(fc.constantFrom("a", "b", "c"), process),
      defaults: value,
      env: value,
      groups: value,
    },
    { requiredKeys: ["processes"] },
  ),
);

describe("made of the configuration's own keys in any order", () => {
  test.each<[string, (data: unknown) => string]>([
    ["procman.json", (data) => JSON.stringify(data)],
    ["procman.config.jsonc", (data) => `// one\n${JSON.stringify(data)}`],
    ["procman.yaml", (data) => Bun.YAML.stringify(data)],
    ["procman.toml", (data) => tomlOf(data)],
    ["package.json", (data) => JSON.stringify({ name: "a", procman: data })],
  ])(
    "%s",
    async (file, write) => {
      await fc.assert(
        fc.asyncProperty(project, (data) => answer({ [file]: write(data) })),
        { numRuns: 200 },
      );
    },
    SLOW_MS,
  );

  test(
    "a program",
    async () => {
      await fc.assert(
        fc.asyncProperty(project, (data) =>
          answer({ "procman.config.ts": `export default (${JSON.stringify(data)}) as unknown;` }),
        ),
        { numRuns: 15 },
      );
    },
    SLOW_MS,
  );

  test(
    "in the environment, and set while it runs",
    async () => {
      const key = fc.constantFrom(...KEYS, "", "0", "constructor");
      const text = value.map((data) => (typeof data === "string" ? data : JSON.stringify(data)));
      const written = fc.tuple(fc.array(key, { minLength: 1, maxLength: 5 }), text);
      await fc.assert(
        fc.asyncProperty(fc.array(written, { maxLength: 4 }), (entries) => {
          const env = entries.map(([path, said]) => [`PROCMAN_CONFIG__${path.join("__")}`, said]);
          return answer(
            { "procman.yaml": "processes: { a: x }" },
            { env: Object.fromEntries(env) },
          );
        }),
        { numRuns: 200 },
      );
    },
    SLOW_MS,
  );
});

const SOUND: Readonly<Record<string, string>> = {
  "procman.yaml": `name: shop\nenv: { A: "x" }\nprocesses:\n  a:\n    command: [a, "b: c"]\n    port: 3000\n    ready:\n      - { tcp: "\${PORT}" }\n  b: |\n    x\n      y\n`,
  "procman.toml": `name = "shop"\n[processes]\nb = """\nx\n"""\n[processes.a]\ncommand = ["a", "b"]\nstop.timeout = "1s"\n[[processes.a.ready]]\ntcp = 3000\n`,
  "procman.json": `{ "name": "shop",\n "processes": { "a": { "command": ["a"], "port": 3000 },\n "b": "x \\"y\\"" } }`,
  "procman.config.jsonc": `// one\n{ "name": "shop", /* two */\n "processes": { "a": { "command": ["a"], "port": 3000, }, },\n}`,
  "package.json": `{ "name": "x",\n "procman": { "processes": { "a": "x" } } }`,
};

describe("mangled in one place", () => {
  const letters = fc.stringMatching(/^[ \n\t\r:{}[\],"'|>&*!#?$%@`\\=.a-]{0,4}$/);
  const mangled = (sound: string) =>
    fc
      .tuple(fc.nat(sound.length), fc.nat(6), letters)
      .map(([at, length, text]) => sound.slice(0, at) + text + sound.slice(at + length));

  test.each(Object.entries(SOUND))(
    "%s",
    async (file, sound) => {
      await fc.assert(
        fc.asyncProperty(mangled(sound), (content) => answer({ [file]: content })),
        { numRuns: 200 },
      );
    },
    SLOW_MS,
  );

  test(
    "a program",
    async () => {
      const sound = `import { defineConfig } from "procman";\nexport default defineConfig(({ env }) => ({ processes: { a: env["A"] ?? "x" } }));\n`;
      await fc.assert(
        fc.asyncProperty(mangled(sound), (content) => answer({ "procman.config.ts": content })),
        { numRuns: 25 },
      );
    },
    SLOW_MS,
  );

  test("a file of variables", () => {
    const sound = `# one\nexport A=b # c\nB="x\\n\${A}"\nC='y\nz'\n`;
    fc.assert(
      fc.property(fc.oneof(mangled(sound), fc.string()), (content) => {
        const result = parseEnvFile(content);
        if (result.ok) expect(Object.keys(result.variables).join("")).toMatch(/^[\w.-]*$/);
        else expect(result.line).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });

  test(
    "with bytes that are no text",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...Object.keys(SOUND), ".env"),
          fc.uint8Array({ maxLength: 12 }),
          (file, bytes) => {
            const folder = folderOf({ "x/procman.yaml": "envFile: '.env?'\nprocesses: { a: x }" });
            return Bun.write(`${folder}/x/y/${file}`, bytes).then(() =>
              load(`${folder}/x/y`).then((result) => {
                if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
              }),
            );
          },
        ),
        { numRuns: 100 },
      );
    },
    SLOW_MS,
  );
});

/** TOML has no null, and no top level but a map. */
function tomlOf(data: unknown): string {
  const plain: unknown = JSON.parse(
    JSON.stringify(data),
    (_, inner: unknown) => inner ?? undefined,
  );
  const text = JSON.stringify(Array.isArray(plain) || Object(plain) !== plain ? {} : plain);
  const whole = JSON.parse(text, (_, inner: unknown) =>
    Array.isArray(inner) ? inner.filter((item) => item !== null) : inner,
  ) as Record<string, unknown>;
  return Bun.TOML.stringify(whole);
}
