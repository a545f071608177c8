/** The calls of libc that Bun does not have. The only FFI of the platform; each caller says what it does where there is
 *  none. Loaded at the first call. */

import { dlopen, ptr } from "bun:ffi";
import { firstLibc } from "../model/libc.ts";
import { DESCRIPTOR_CALLS, sendDescriptorsWith } from "./libc-descriptors.ts";
import { limitResourceWith } from "./libc-limits.ts";
import { bindPortWith, SOCKET_CALLS, widenQueueWith } from "./libc-sockets.ts";

/** System calls that libc has no wrapper for; the same numbers on every architecture of Linux. */
const SYS_PIDFD_SEND_SIGNAL = 424;
const SYS_PIDFD_OPEN = 434;

const WNOHANG = 1;
const POLLIN = 1;

/** `PIDFD_GET_INFO` of linux/pidfd.h: a struct of 64 bytes, its mask first, the wait status last. Linux 6.13 and
 *  later; the status of processes that were reaped since 6.15. */
const PIDFD_GET_INFO = 0xc0_40_ff_0b;
const PIDFD_INFO_BYTES = 64;
const PIDFD_INFO_EXIT = 1n << 3n;
const EXIT_CODE_OFFSET = 60;

export type Libc = ReturnType<typeof open>;
let opened: Libc | null | undefined;

/** Null where libc cannot be reached. */
export function libc(): Libc | null {
  if (opened === undefined) opened = firstLibc(process, open);
  return opened;
}

function open(name: string) {
  const { symbols: c } = dlopen(name, {
    clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
    flock: { args: ["i32", "i32"], returns: "i32" },
    dup2: { args: ["i32", "i32"], returns: "i32" },
    mkfifo: { args: ["ptr", "u32"], returns: "i32" },
    grantpt: { args: ["i32"], returns: "i32" },
    unlockpt: { args: ["i32"], returns: "i32" },
    ptsname: { args: ["i32"], returns: "cstring" },
    waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
    poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
    ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" },
    syscall: { args: ["i64", "i64", "i64", "i64", "i64"], returns: "i64" },
    ...SOCKET_CALLS,
    ...DESCRIPTOR_CALLS,
  });
  const isLinux = process.platform === "linux";
  const monotonicClock = isLinux ? 1 : 6;
  const time = new BigInt64Array(2);
  return {
    bindPort: bindPortWith(c),
    sendDescriptors: sendDescriptorsWith(c),
    widenQueue: widenQueueWith(c),
    /** The system's monotonic clock, the same for every process until the next boot. */
    monotonicMs(): number {
      c.clock_gettime(monotonicClock, ptr(time));
      return Number(time[0]) * 1_000 + Number(time[1]) / 1_000_000;
    },
    flock: (fd: number, operation: number): boolean => c.flock(fd, operation) === 0,
    dup2: (from: number, to: number): boolean => c.dup2(from, to) >= 0,
    mkfifo: (path: string): boolean => c.mkfifo(ptr(Buffer.from(`${path}\0`)), 0o600) === 0,
    /** Makes the terminal behind a descriptor of /dev/ptmx usable; its path, or null when it cannot be. */
    unlockTerminal(fd: number): string | null {
      if (c.grantpt(fd) !== 0 || c.unlockpt(fd) !== 0) return null;
      return String(c.ptsname(fd));
    },
    /** The wait status of a child that has ended, which is reaped by this; null when it has not, or is no child. */
    reap(pid: number): number | null {
      const status = new Int32Array(1);
      return c.waitpid(pid, ptr(status), WNOHANG) === pid ? (status[0] ?? null) : null;
    },
    /** A descriptor that names the process; null when there is no such process, or no such call. */
    pidfdOpen(pid: number): number | null {
      const fd = isLinux ? Number(c.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0)) : -1;
      return fd < 0 ? null : fd;
    },
    limitResource: limitResourceWith(c, isLinux),
    pidfdSignal: (fd: number, signal: number): boolean =>
      Number(c.syscall(SYS_PIDFD_SEND_SIGNAL, fd, signal, 0, 0)) === 0,
    /** The wait status of a process that ended and was reaped by somebody; null when the kernel does not tell. */
    pidfdExit(fd: number): number | null {
      const info = new Uint8Array(PIDFD_INFO_BYTES);
      const view = new DataView(info.buffer);
      view.setBigUint64(0, PIDFD_INFO_EXIT, true);
      if (c.ioctl(fd, PIDFD_GET_INFO, ptr(info)) !== 0) return null;
      const told = (view.getBigUint64(0, true) & PIDFD_INFO_EXIT) !== 0n;
      return told ? view.getInt32(EXIT_CODE_OFFSET, true) : null;
    },
    /** Which of the descriptors can be read now: of pidfds, those whose processes have ended. */
    readable(fds: readonly number[]): number[] {
      const table = new Int32Array(fds.length * 2);
      fds.forEach((fd, at) => {
        table[at * 2] = fd;
        table[at * 2 + 1] = POLLIN;
      });
      if (fds.length === 0 || c.poll(ptr(table), fds.length, 0) <= 0) return [];
      return fds.filter((_, at) => (table[at * 2 + 1] ?? 0) >> 16 !== 0);
    },
  };
}
