/** `cmd | procman capture NAME`: any pipe becomes a log of the project. */

import { storedProjectAt } from "../../client/registry-peek.ts";
import { CAPTURED_INDEX, LOG_STREAMS, type LogStream } from "../../logfile/paths.ts";
import { fail, problem, type Problem } from "../../model/errors.ts";
import { instanceId, processNameProblem } from "../../model/ids.ts";
import { Capturing } from "../capturing.ts";
import type { Command, CommandContext } from "../command.ts";
import { definitionOf } from "../project-definition.ts";
import { renderFailures, renderResults } from "../render/results.ts";
import { isTerminal } from "../is-terminal.ts";

export const command: Command = {
  usage: "NAME",
  summary: "keep what comes through a pipe as a log",
  details: `Byte for byte, rotated like other logs, and shown by 'logs'. Ends with its input. While the daemon is away what
comes waits in the pipe, and so does who writes it.`,
  flags: {
    stream: {
      type: "enum",
      options: [...LOG_STREAMS],
      description: "as which of the two (stdout)",
    },
  },
  examples: [
    ["make 2>&1 | procman capture build", "keep what make says"],
    ["procman logs build -f", "and follow it, from anywhere in the project"],
  ],
  async run(context) {
    const name = nameOf(context);
    const stream = streamOf(context);
    if (isTerminal(0)) {
      const hint = `Pipe something into it: 'make 2>&1 | procman capture ${name}'.`;
      fail("USAGE", "Cannot capture a terminal: nothing is piped in", hint);
    }
    const project = await projectOf(context, name);
    const capturing = new Capturing(context, { project, name, stream });
    const { droppedBytes, inputCode, signalStatus } = await capturing.run();
    const id = instanceId(project, name, CAPTURED_INDEX);
    const error = failureOf(id, droppedBytes, inputCode);
    const ok = error === null;
    const result = { id, action: "capture", ok, changed: true, state: null, pid: null, error };
    const status = context.json
      ? renderResults(context, [result], "captured")
      : renderFailures(context, [result]);
    return signalStatus ?? status;
  },
};

function nameOf({ args }: CommandContext): string {
  const [name, more] = args.words;
  if (name === undefined || more !== undefined) {
    const hint = "Say NAME: 'make 2>&1 | procman capture build'.";
    return fail("USAGE", "Cannot capture: it takes one name", hint);
  }
  const fault = processNameProblem(name);
  return fault === null ? name : fail("USAGE", `Cannot capture '${name}': ${fault}`);
}

function streamOf({ args }: CommandContext): LogStream {
  const text = args.text("stream") ?? "stdout";
  return (
    LOG_STREAMS.find((it) => it === text) ??
    fail("USAGE", `Cannot capture stream '${text}'`, "It is stdout or stderr.")
  );
}

/** A project that was never started is asked of its configuration, and so is whether the name is taken there. */
async function projectOf(context: CommandContext, name: string): Promise<string> {
  const named = context.args.text("project") ?? storedProjectAt(context.client.home, context.place);
  if (named !== null) return named;
  const { spec } = (await definitionOf(context)).loaded;
  if (!Object.hasOwn(spec.processes, name)) return spec.name;
  const hint = "Choose another name: what the process writes is captured when it runs.";
  return fail(
    "NAME_TAKEN",
    `Cannot capture ${spec.name}/${name}: a process of the project has that name`,
    hint,
  );
}

function failureOf(id: string, droppedBytes: number, inputCode: number): Problem | null {
  if (droppedBytes > 0) {
    return problem(
      "COMMAND_FAILED",
      `Cannot keep all of ${id}: ${droppedBytes} bytes were lost, its log could not be written`,
      "'procman daemon logs' has the cause.",
    );
  }
  if (inputCode === 0) return null;
  return problem("COMMAND_FAILED", `Cannot capture ${id}: its input could not be read to the end`);
}
