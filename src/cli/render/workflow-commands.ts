/** Lines that the log of a GitHub Actions workflow shows as groups and annotations, on either stream.
 *  https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */

export const GROUP_END = "::endgroup::";

export function groupStart(title: string): string {
  return `::group::${escaped(title)}`;
}

/** Where it is shown; lines and columns count from 1. */
export interface AnnotatedPlace {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

export function annotation(
  kind: "error" | "warning",
  title: string,
  message: string,
  place: AnnotatedPlace | null = null,
): string {
  const { file = null, line = null, column = null } = place ?? {};
  const properties = Object.entries({ file, line, col: column, title })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${kind} ${properties.join(",")}::${escaped(message)}`;
}

function property(text: string): string {
  return escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
