/** What is said of lines that are gone. */

import type { Missed } from "../../logfile/log-view.ts";

export function describeGap({ owner, stream, bytes }: Missed): string {
  const whose = `${owner.process}.${owner.index} (${stream})`;
  return bytes === null
    ? `${whose}: the log was begun anew since the cursor, and is shown from its beginning`
    : `${whose}: ${bytes} bytes were gone before they could be shown`;
}
