/** `procman dash`. */

import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { EXIT, fail } from "../../model/errors.ts";
import type { Listening } from "../../protocol/listen.ts";
import { loginCode } from "../../transports/http/login-code.ts";
import { openBrowser } from "../browser.ts";
import type { Command, CommandContext } from "../command.ts";

/** How long a link lets in: somebody has to copy it to another machine meanwhile. */
const LINK_MS = 10 * 60_000;

export const command: Command = {
  usage: "",
  summary: "open the dashboard in a browser",
  details: `Prints a link that lets one browser in, once, within ten minutes; from then on that browser needs no link. Where the
daemon does not listen on a TCP port yet it does so from now on, on one that this machine alone can reach, until it is
stopped or told 'procman daemon start --listen off'. All projects are shown.
From elsewhere: 'ssh -L PORT:127.0.0.1:PORT HOST', then the link.`,
  flags: {
    port: { type: "string", description: "listen on this port (any that is free)", valueHint: "N" },
    open: { type: "boolean", description: "open the link in the browser of this machine" },
  },
  examples: [
    ["procman dash --open", "the browser opens"],
    ["procman dash --port 4000", "always at the same address, for a bookmark"],
  ],
  async run(context) {
    const { args, env, json, print, say } = context;
    if (args.words.length > 0) {
      const hint = "It shows all projects; there is a filter on the page.";
      fail("USAGE", `Cannot understand 'dash ${args.words.join(" ")}': it takes no words`, hint);
    }
    const { url, tokenFile } = await listening(context, portOf(args.text("port")));
    const address = reachable(url);
    const expiresAtMs = Date.now() + LINK_MS;
    const code = loginCode(readFileSync(tokenFile, "utf8").trim(), expiresAtMs);
    const link = `${address}/login?code=${code}`;
    const expiresAt = new Date(expiresAtMs).toISOString();
    print(json ? JSON.stringify({ url: link, address: `${address}/`, expiresAt }) : link);
    if (args.isSet("open")) {
      const trouble = await openBrowser(link, env);
      if (trouble === null) return EXIT.ok;
      return fail("COMMAND_FAILED", `Cannot open a browser: ${trouble}`, "Open the link yourself.");
    }
    say(`It lets one browser in, once, within ten minutes; then it is at ${address}/.`);
    if (env["SSH_CONNECTION"] !== undefined) say(overSsh(new URL(address).port, env["USER"]));
    return EXIT.ok;
  },
};

async function listening({ client, say }: CommandContext, port: number | null): Promise<Listening> {
  const { listening: before } = await client.change("daemon-status", {});
  const isThere = before !== null && before !== undefined;
  const isMeant = port === null || (isThere && portIn(before.url) === port);
  if (isThere && isMeant && before.trouble === null) return before;
  const address = `127.0.0.1:${port ?? 0}`;
  const { listening: after } = await client.change("listen", { address, expose: false });
  if (after === null) return fail("INTERNAL", `Cannot listen on ${address}`);
  if (isThere && before.url !== after.url) {
    const trouble = before.trouble === null ? "" : ` (${before.trouble})`;
    say(`The daemon listened on ${before.url}${trouble}; it listens on ${after.url} now.`);
  }
  return after;
}

function portOf(text: string | null): number | null {
  if (text === null) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  return fail(
    "INVALID_PARAMETER",
    `Cannot listen on port '${text}'`,
    "It is a number up to 65535.",
  );
}

/** A URL does not say its port where that is the one of its scheme. */
function portIn(url: string): number {
  return Number(new URL(url).port || "80");
}

/** One that listens on all addresses is reached by that of this machine. */
function reachable(url: string): string {
  return url.replace("//0.0.0.0", "//127.0.0.1").replace("//[::]", "//[::1]");
}

function overSsh(port: string, user: string | undefined): string {
  const who = [...(user === undefined ? [] : [user]), hostname()].join("@");
  return `From your own machine: 'ssh -N -L ${port}:127.0.0.1:${port} ${who}', then open the link there.`;
}
