/** Versions on the wire. A daemon and its commands may be of different releases. */

import manifest from "../../package.json" with { type: "json" };

/** The release. */
export const VERSION: string = manifest.version;

/** Raised when an older client could misread a newer daemon, or the other way round. */
export const PROTOCOL = 1;

/** The oldest protocol whose commands a daemon serves. */
export const OLDEST_PROTOCOL = 1;

/** Where operations are called: `POST /rpc/<operation>`. */
export const RPC_PATH = "/rpc/";

/** Tells both sides the release and the protocol of the other: `0.1.0 1`. */
export const VERSION_HEADER = "procman-version";

export const versionHeader = `${VERSION} ${PROTOCOL}`;

export interface Release {
  readonly version: string;
  readonly protocol: number;
}

/** Null for what says nothing: it is taken for one of this release. */
export function readVersionHeader(text: string | null): Release | null {
  const [version, protocol] = text?.split(" ") ?? [];
  return version === undefined || protocol === undefined
    ? null
    : { version, protocol: Number(protocol) };
}

/** Operations by which releases of any protocol tell of themselves and replace one another. */
export function isForEveryProtocol(operation: string): boolean {
  return operation.startsWith("daemon-");
}
