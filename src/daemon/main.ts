/** The daemon's program: `main.ts --home DIR --socket PATH`. Started by the keeper, see `client/keeper.ts`. With
 *  `--self-test` it only tells, by its exit code, whether it could serve that home. */

import { parseArgs } from "node:util";
import { ProcmanError } from "../model/errors.ts";
import { EXIT_LOCKED, runDaemon } from "./daemon.ts";
import { testItself } from "./self-test.ts";

const { values } = parseArgs({
  options: {
    home: { type: "string" },
    socket: { type: "string" },
    "in-place": { type: "boolean", default: false },
    "self-test": { type: "boolean", default: false },
  },
});
const { home, socket } = values;
if (home !== undefined && values["self-test"]) {
  await testItself(home);
  process.exit(0);
}
if (home === undefined || socket === undefined) {
  console.error("usage: main.ts --home DIR --socket PATH");
  process.exit(2);
}
try {
  const started = await runDaemon({
    home,
    socket,
    inPlace: values["in-place"],
  });
  if (started === "locked") process.exit(EXIT_LOCKED);
} catch (error) {
  console.error(
    error instanceof ProcmanError ? `${error.message}. ${error.problem.hint ?? ""}` : error,
  );
  process.exit(1);
}
