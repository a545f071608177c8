/** Addresses to listen on, and which of them are this machine's alone. */

export interface Address {
  /** A name or an IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:4000`, `[::1]:4000`, `localhost:4000`, `:4000`, `4000`; null when it is none. */
export function parseAddress(text: string): Address | null {
  const parts = /^(?:(?:\[([\da-fA-F:.]+)\]|([\w.-]*)):)?(\d{1,5})$/.exec(text);
  if (parts === null) return null;
  const port = Number(parts[3]);
  const host = parts[1] ?? (parts[2] === undefined || parts[2] === "" ? "127.0.0.1" : parts[2]);
  return port > 65_535 ? null : { host: host.toLowerCase(), port };
}

/** As it stands in a URL. */
export function shownAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** No other machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** An address by its numbers: no name that somebody else could let lead here. */
export function isNumeric(host: string): boolean {
  return host.includes(":") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

/** The name in a `Host` header, without its port; null when it is none. */
export function hostName(header: string): string | null {
  const parts = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::\d{1,5})?$/.exec(header);
  return (parts?.[1] ?? parts?.[2])?.toLowerCase().replace(/\.$/, "") ?? null;
}
