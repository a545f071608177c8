/** The part of libc that binds TCP ports without listening, and widens queues, which Bun cannot. */

import { closeSync } from "node:fs";
import { ptr, type ConvertFns } from "bun:ffi";

export const SOCKET_CALLS = {
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
} as const;

const SOCK_STREAM = 1;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const IPPROTO_IPV6 = 41;
/** Of sys/socket.h and netinet/in.h: Linux, and macOS. */
const [AF_INET6, SOL_SOCKET, SO_REUSEADDR, SO_SNDBUF, IPV6_V6ONLY] =
  process.platform === "darwin" ? [30, 0xffff, 4, 0x1001, 27] : [10, 1, 2, 7, 26];
const AF_INET = 2;

export type BindAddress = "any" | "any-ipv4" | "loopback" | "loopback-ipv4";

/** `struct sockaddr_in6` and `sockaddr_in`, without family and port. */
const SOCKET_ADDRESSES: Readonly<
  Record<BindAddress, { readonly family: number; readonly bytes: readonly number[] }>
> = {
  any: { family: AF_INET6, bytes: Array(28).fill(0) },
  "any-ipv4": { family: AF_INET, bytes: Array(16).fill(0) },
  loopback: { family: AF_INET6, bytes: Array(28).fill(0).with(23, 1) },
  "loopback-ipv4": { family: AF_INET, bytes: Array(16).fill(0).with(4, 127).with(7, 1) },
};

/** A TCP socket bound to a port, which does not listen: nobody gets the port by chance while it is open. `reuse` binds
 *  beside what is bound likewise and does not listen, and beside what is left of former connections. Null when it
 *  cannot be bound. */
export function bindPortWith(c: ConvertFns<typeof SOCKET_CALLS>) {
  const option = (fd: number, level: number, key: number, value: number): void => {
    c.setsockopt(fd, level, key, ptr(new Int32Array([value])), 4);
  };
  return (address: BindAddress, port: number, reuse: boolean): number | null => {
    const { family, bytes } = SOCKET_ADDRESSES[address];
    const fd = c.socket(family, SOCK_STREAM, 0);
    if (fd < 0) return null;
    c.fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (reuse) option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address === "any") option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    const name = Uint8Array.from(bytes);
    name.set(process.platform === "darwin" ? [name.length, family] : [family, 0]);
    name.set([port >> 8, port & 0xff], 2);
    if (c.bind(fd, ptr(name), name.length) === 0) return fd;
    closeSync(fd);
    return null;
  };
}

/** Lets that many bytes wait in what a socket sends, or as many as are allowed. */
export function widenQueueWith(c: ConvertFns<Pick<typeof SOCKET_CALLS, "setsockopt">>) {
  return (socket: number, bytes: number): void => {
    c.setsockopt(socket, SOL_SOCKET, SO_SNDBUF, ptr(new Int32Array([bytes])), 4);
  };
}
