import { expect, test } from "bun:test";
import { join } from "node:path";
import { type ShownValue, shownData, shownValues } from "../../src/config/show.ts";
import { showPath } from "../../src/config/tree.ts";
import { folderOf, load } from "./project-folder.ts";

async function shown() {
  const folder = folderOf({
    "home/procman/config.json": { concurrency: 3 },
    "shop/procman.yaml": `
name: shop
defaults:
  restart: always
  log: { maxFiles: 2 }
processes:
  web: run web
  api:
    command: run api
    port: 3000
    restart: { max: 1 }
    "x-note": mine
`,
    "shop/procman.local.yaml": "processes:\n  api:\n    port: 4000\n",
  });
  const env = {
    XDG_CONFIG_HOME: join(folder, "home"),
    PROCMAN_CONFIG__processes__api__instances: "2",
  };
  const result = await load(join(folder, "shop"), {
    env: { ...env, PROCMAN_CONFIG__processes__api__balance: "none" },
  });
  if (!result.ok) throw new Error(result.problems[0]!.message);
  return { folder, project: result.project };
}

const place = ({ value, layer, source, line }: ShownValue) => [
  value,
  layer,
  line === null ? source : `${source}:${line}`,
];

test("every value is told with the layer, the file and the line that it comes from", async () => {
  const { folder, project } = await shown();
  const values = new Map(shownValues(project).map((value) => [showPath(value.path), value]));
  const rows = Object.fromEntries([...values].map(([path, value]) => [path, place(value)]));
  expect(rows).toMatchObject({
    name: ["shop", "project", "procman.yaml:2"],
    concurrency: [3, "user", `${join(folder, "home/procman/config.json")}:1`],
    "processes.web.command": ["run web", "project", "procman.yaml:7"],
    "processes.web.restart.policy": ["always", "project", "procman.yaml:4"],
    "processes.web.restart.max": [5, "default", "built-in"],
    "processes.api.command": ["run api", "project", "procman.yaml:9"],
    "processes.api.port": [4000, "local", "procman.local.yaml:3"],
    "processes.api.restart.max": [1, "project", "procman.yaml:11"],
    "processes.api.restart.policy": ["always", "project", "procman.yaml:4"],
    "processes.api.instances": ["2", "environment", "PROCMAN_CONFIG__processes__api__instances"],
    "processes.api.log.maxFiles": [2, "project", "procman.yaml:5"],
    "processes.api.log.maxSize": ["10MB", "default", "built-in"],
    "processes.api.stop.timeout": ["5s", "default", "built-in"],
    "processes.api.autostart": [true, "default", "built-in"],
  });
  expect(values.get("processes.api.port")!.file).toBe(join(folder, "shop/procman.local.yaml"));
  expect(
    [...values.keys()].filter((path) => path.includes("x-") || path.startsWith("defaults")),
  ).toEqual([]);
});

test("the same as data is a configuration again", async () => {
  const { project } = await shown();
  const again = await load(folderOf({ "procman.json": shownData(project) }));
  const { api } = project.spec.processes;
  expect(again.ok && again.project.spec.processes["api"]).toEqual({
    ...api!,
    cwd: expect.any(String),
  });
});
