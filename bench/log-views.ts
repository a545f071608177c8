/** Views of logs, beside `tail`, `grep` and `cat` on the same files; and following a flood. */

import { appendFileSync, closeSync, openSync, readSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { cpuMs, median, Place } from "./place.ts";
import type { Row } from "./row.ts";

const TIMES = 5;
const SPARSE_BYTES = 10 * 1024 ** 3;
const FLOOD_BYTES_PER_SECOND = 50_000_000;
const FLOOD_SECONDS = 5;
const log = { maxSize: "100GB", compress: false };

/** Lines of 100 bytes, as programs write them. */
const LINES = `n=$1; yes "2026-01-31T10:00:00.000Z INFO handled path=/api/items/12345 status=200 took=12ms user=abcdef x" | head -n $n`;
const large = {
  command: ["sh", "-c", `${LINES}; sleep 1; echo the last line`, "-", "10000000"],
  restart: "no",
  log,
};
const million = { command: ["sh", "-c", LINES, "-", "1000000"], restart: "no", log };
const sparse = { command: ["echo", "the first line"], restart: "no", log };

export async function logViews(): Promise<Row[]> {
  await using place = new Place({ large, million, sparse });
  await place.run("up", "-d", "-q");
  await place.run("wait", "all", "--for", "succeeded", "-q");
  const path = (name: string) => join(place.home, `logs/bench/${name}.1.stdout.log`);
  truncateSync(path("sparse"), SPARSE_BYTES);
  appendFileSync(
    path("sparse"),
    Array.from({ length: 1_000 }, (_, nth) => `line ${nth}\n`).join(""),
  );
  const views = new Views(place);
  return [
    await views.compare(
      "logs -n 100 of a 10 GB log",
      ["sparse", "-n", "100"],
      ["tail", "-n", "100", path("sparse")],
    ),
    await views.compare(
      "logs --since, the last line of 1 GB",
      ["large", "--since", new Date(statSync(path("large")).mtimeMs - 500).toISOString()],
      ["tail", "-n", "1", path("large")],
    ),
    await views.compare(
      "logs --grep of 1 GB, a word",
      ["large", "--grep", "refused"],
      ["grep", "refused", path("large")],
    ),
    await views.compare(
      "logs --grep of 1 GB, an expression",
      ["large", "--grep", "status=5[0-9][0-9]"],
      ["grep", "status=5[0-9][0-9]", path("large")],
    ),
    await views.compare(
      "logs --timestamps of 1 M lines",
      ["million", "--timestamps"],
      ["cat", path("million")],
    ),
    await views.compare(
      "logs --no-prefix of 1 GB",
      ["large", "--no-prefix"],
      ["cat", path("large")],
    ),
    await views.compare(
      "logs --json of 1 M lines",
      ["million", "--json"],
      ["cat", path("million")],
    ),
    ...(await following()),
  ];
}

class Views {
  readonly #place: Place;
  readonly #out: string;

  constructor(place: Place) {
    this.#place = place;
    this.#out = join(place.root, "out");
  }

  async compare(what: string, args: readonly string[], other: readonly string[]): Promise<Row> {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let time = 0; time < TIMES; time += 1) {
      ours.push(await this.#place.show(this.#out, "logs", ...args));
      theirs.push(this.#bare(other));
    }
    const against = { what: other[0] ?? "", value: median(theirs) };
    return { what, value: median(ours), unit: "ms", against };
  }

  /** grep says with status 1 that it found nothing. */
  #bare(argv: readonly string[]): number {
    const began = performance.now();
    const fd = openSync(this.#out, "w");
    Bun.spawnSync([...argv], { stdio: ["ignore", fd, "inherit"] });
    closeSync(fd);
    return performance.now() - began;
  }
}

/** Everything has to be shown; what it costs beside `tail -f`. */
async function following(): Promise<Row[]> {
  const program = `
    const line = "x".repeat(99) + "\\n";
    const block = line.repeat(${FLOOD_BYTES_PER_SECOND} / 1_000);
    for (let nth = 1; nth <= ${FLOOD_SECONDS} * 10; nth += 1) {
      require("node:fs").writeSync(1, block);
      await Bun.sleep(100 - (performance.now() % 100));
    }
    console.log("the end");`;
  const flood = {
    command: [process.execPath, "-e", program],
    restart: "no",
    log,
    autostart: false,
  };
  await using place = new Place({ flood });
  await place.run("daemon", "start", "-q");
  await place.run("apply", "-q");
  const path = join(place.home, "logs/bench/flood.1.stdout.log");
  const rows: Row[] = [];
  const outs = [join(place.root, "ours"), join(place.root, "theirs")] as const;
  const ours = place.spawn(["logs", "flood", "-f", "--since", "1h", "--no-prefix"], outs[0]);
  const fd = openSync(outs[1], "w");
  const theirs = Bun.spawn(["tail", "-n", "+1", "-F", path], { stdio: ["ignore", fd, "ignore"] });
  closeSync(fd);
  await place.run("start", "flood", "-q");
  const began = performance.now();
  for (const out of outs) while (!readEnd(out).endsWith("the end\n")) await Bun.sleep(20);
  const seconds = (performance.now() - began) / 1_000;
  const busy = [ours, theirs].map(({ pid }) => cpuMs(pid) / seconds / 10);
  const shown = statSync(outs[0]).size;
  if (shown !== statSync(path).size) throw new Error(`only ${shown} bytes were shown`);
  rows.push({
    what: `logs -f of ${FLOOD_BYTES_PER_SECOND / 1e6} MB/s, share of a core`,
    value: busy[0] ?? Number.NaN,
    unit: "%",
    against: { what: "tail -F", value: busy[1] ?? Number.NaN },
  });
  for (const child of [ours, theirs]) {
    child.kill("SIGTERM");
    await child.exited;
  }
  return rows;
}

function readEnd(path: string): string {
  const fd = openSync(path, "r");
  const last = Buffer.alloc(16);
  const length = readSync(fd, last, 0, last.length, Math.max(0, statSync(path).size - last.length));
  closeSync(fd);
  return last.toString("latin1", 0, length);
}
