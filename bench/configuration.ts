/** What reading a configuration costs: checking and resolving a large one, and a program beside plain data. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, Place } from "./place.ts";
import type { Row } from "./row.ts";

const TIMES = 21;
const PROCESSES = 500;

export async function configuration(): Promise<Row[]> {
  await using place = new Place({});
  const write = (name: string, text: string): string => {
    writeFileSync(join(place.directory, name), text);
    return name;
  };
  const many = { name: "bench", processes: manyProcesses() };
  const few = { name: "bench", processes: { app: "serve" } };
  const files = {
    many: write("many.yaml", Bun.YAML.stringify(many, null, 2)),
    few: write("few.yaml", Bun.YAML.stringify(few, null, 2)),
    program: write(
      "few.ts",
      `import { defineConfig } from "procman";\nexport default defineConfig(${JSON.stringify(few)});\n`,
    ),
  };
  const took = await checked(place, files);
  return [
    {
      what: `config check, ${PROCESSES} processes over one`,
      value: took.many - took.few,
      unit: "ms",
      against: { what: "mark", value: 100 },
    },
    {
      what: "config check, TypeScript over YAML",
      value: took.program - took.few,
      unit: "ms",
      against: { what: "mark", value: 60 },
    },
  ];
}

/** The median of each; in turns, so that a busy moment falls on all of them alike. */
async function checked<Name extends string>(
  place: Place,
  files: Record<Name, string>,
): Promise<Record<Name, number>> {
  const names = Object.keys(files) as Name[];
  const took = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let time = 0; time < TIMES; time += 1) {
    for (const name of names) {
      took.get(name)?.push(await place.run("config", "check", "-q", "-f", files[name]));
    }
  }
  const medians = names.map((name) => [name, median(took.get(name) ?? [])] as const);
  return Object.fromEntries(medians) as Record<Name, number>;
}

/** As people write them: probes, policies, environments, and each waits for the one before it. */
function manyProcesses(): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: PROCESSES }, (_, nth) => [
      `service-${nth}`,
      {
        command: `bun run service.ts --port \${PORT} --name service-${nth}`,
        cwd: "${HOME}",
        port: 20_000 + nth,
        env: { NTH: nth, LEVEL: "${LEVEL:-info}", UPSTREAM: "http://127.0.0.1:${PORT}/" },
        dependsOn: nth === 0 ? [] : { [`service-${nth - 1}`]: "started" },
        ready: { http: "http://127.0.0.1:${PORT}/ready", interval: "500ms", within: "30s" },
        restart: { policy: "always", max: 10, backoff: { initial: "250ms" } },
        stop: { signal: "SIGINT", timeout: "10s" },
        log: { maxSize: "50MB", maxFiles: 3 },
      },
    ]),
  );
}
