/** The scripts of package.json files as projects really name them. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { importFile } from "../../src/config/importers/import.ts";
import { folderOf } from "./project-folder.ts";

const parts = { "dev:web": "vite", "dev:api": "tsx watch api.ts", build: "vite build" };

async function imported(content: object, files: Record<string, string> = {}) {
  const folder = folderOf({ "package.json": content, ...files });
  const result = await importFile(join(folder, "package.json"), null, {});
  if (!result.ok) return result.message;
  return Object.fromEntries(
    Object.entries(result.data.processes).map(([name, { command }]) => [
      name,
      (command as string[]).join(" "),
    ]),
  );
}

test.each([
  ["dev alone", { dev: "next dev", start: "next start" }, { app: "bun run dev" }],
  [
    "variants of start, as Nest has them",
    { start: "nest start", "start:dev": "nest start --watch", "start:prod": "node dist/main" },
    { app: "bun run start" },
  ],
  ["parts without a whole", parts, { "dev-web": "bun run dev:web", "dev-api": "bun run dev:api" }],
  [
    "parts by a glob",
    { ...parts, dev: "run-p dev:*" },
    { "dev-web": "bun run dev:web", "dev-api": "bun run dev:api" },
  ],
  [
    "parts by name",
    { ...parts, worker: "node w.js", dev: 'concurrently "npm:dev:web" "npm run worker"' },
    { "dev-web": "bun run dev:web", worker: "bun run worker" },
  ],
  [
    "a sequence stays together",
    { ...parts, dev: "npm run build && run-p dev:*" },
    { app: "bun run dev" },
  ],
  [
    "no script that goes on",
    { build: "x", test: "y" },
    "it has no script that goes on running: none of `dev`, `start`, `serve`, `watch`",
  ],
])("%s", async (_, scripts, expected) => {
  expect(await imported({ scripts })).toEqual(expected);
});

test.each([
  ["npm", {}, { "package-lock.json": "{}" }],
  ["pnpm", { packageManager: "pnpm@9.1.0" }, { "package-lock.json": "{}" }],
  ["yarn", {}, { "yarn.lock": "" }],
  ["bun", {}, { "bun.lock": "", "package-lock.json": "{}" }],
])("scripts are run by what the project is worked on with: %s", async (runner, more, files) => {
  const project = { scripts: { dev: "x" }, ...more };
  expect(await imported(project, files)).toEqual({ app: `${runner} run dev` });
});

test("the scripts that are left out are named", async () => {
  const folder = folderOf({ "package.json": { scripts: { dev: "x", build: "y", test: "z" } } });
  expect(await importFile(join(folder, "package.json"), null, {})).toMatchObject({
    notices: ['its script "dev" is process "app"', "the scripts build, test are left out"],
  });
});
