/** The browser of whoever sits at this machine. */

/** What opens an address in it. */
const OPENER = process.platform === "darwin" ? "open" : "xdg-open";

/** An opener that has a browser in front of it does not end before that does. */
const OPENING_MS = 2_000;

/** Why it could not be opened, as the end of a sentence; null when it was. */
export async function openBrowser(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const opener = Bun.which(OPENER, { PATH: env["PATH"] ?? "" });
  if (opener === null) return `there is no ${OPENER}`;
  const child = Bun.spawn([opener, url], {
    env: { ...env },
    stdio: ["ignore", "ignore", "ignore"],
  });
  child.unref();
  const { promise: late, resolve } = Promise.withResolvers<number>();
  const timer = setTimeout(() => resolve(0), OPENING_MS);
  const code = await Promise.race([child.exited, late]);
  clearTimeout(timer);
  return code === 0 ? null : `${OPENER} exited with code ${code}`;
}
