/** Lines that the log of a GitHub Actions workflow shows as groups and annotations, on either stream.
 *  https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */

export const GROUP_END = "::endgroup::";

export function groupStart(title: string): string {
  return `::group::${escaped(title)}`;
}

export function annotation(kind: "error" | "warning", title: string, message: string): string {
  return `::${kind} title=${property(title)}::${escaped(message)}`;
}

function property(text: string): string {
  return escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
