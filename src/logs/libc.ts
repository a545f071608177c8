/** The calls of libc that move output: the log worker's only way to the kernel beside `node:fs`. It stands apart from
 *  `platform/libc.ts` because the worker is loaded alone, on a thread of its own. */

import { dlopen, ptr, read, type Pointer } from "bun:ffi";
import { firstLibc } from "../model/libc.ts";

const FIONREAD = 0x541b;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;
const F_SETPIPE_SZ = 1031;
const O_CLOEXEC = 0x80000;
const CLONE_FILES = 0x400;
const SPLICE_FLAGS = 1 | 2; // SPLICE_F_MOVE | SPLICE_F_NONBLOCK

const ENOSPC = 28;
const EDQUOT = 122;
const EAGAIN = 11;

/** Bytes of `struct epoll_event`: packed on x86-64 only. */
const EVENT_BYTES = process.arch === "x64" ? 12 : 16;
const EVENT_DATA = process.arch === "x64" ? 4 : 8;

const CALLS = {
  splice: { args: ["i32", "ptr", "i32", "ptr", "u64", "u32"], returns: "i64" },
  tee: { args: ["i32", "i32", "u64", "u32"], returns: "i64" },
  epoll_create1: { args: ["i32"], returns: "i32" },
  epoll_ctl: { args: ["i32", "i32", "i32", "ptr"], returns: "i32" },
  epoll_wait: { args: ["i32", "ptr", "i32", "i32"], returns: "i32" },
  ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  mkfifo: { args: ["ptr", "u32"], returns: "i32" },
  pipe2: { args: ["ptr", "i32"], returns: "i32" },
  unshare: { args: ["i32"], returns: "i32" },
  __errno_location: { args: [], returns: "ptr" },
} as const;

export type LogLibc = ReturnType<typeof openLibc>;

/** No room on the disk, or in the user's share of it. */
export function isFull(errno: number): boolean {
  return errno === ENOSPC || errno === EDQUOT;
}

/** Null where there is no such libc: macOS, or a system without FFI. The caller reads and writes instead. */
export function tryLibc(): LogLibc | null {
  return process.platform === "linux" ? firstLibc(process, openLibc) : null;
}

function openLibc(name: string) {
  const { symbols: c } = dlopen(name, CALLS);
  const offset = new BigInt64Array(1);
  const count = new Int32Array(1);
  const events = new Uint8Array(EVENT_BYTES * 256);
  const eventView = new DataView(events.buffer);
  const event = new Uint8Array(EVENT_BYTES);
  const errno = (): number => read.i32(c.__errno_location() as Pointer, 0);

  return {
    /** Moves up to `bytes` from a pipe to a place in a file. The number moved, 0 when the pipe is empty; or the
     *  negative error number. */
    splice(from: number, to: number, at: number, bytes: number): number {
      offset[0] = BigInt(at);
      const moved = Number(c.splice(from, null, to, ptr(offset), bytes, SPLICE_FLAGS));
      if (moved >= 0) return moved;
      const code = errno();
      return code === EAGAIN ? 0 : -code;
    },
    /** Copies what waits in a pipe into another without taking it. */
    tee: (from: number, to: number, bytes: number): number =>
      Math.max(0, Number(c.tee(from, to, bytes, SPLICE_FLAGS))),
    /** Bytes that wait in a pipe. */
    waiting(fd: number): number {
      return c.ioctl(fd, FIONREAD, ptr(count)) === 0 ? (count[0] ?? 0) : 0;
    },
    /** May be refused: then the pipe stays as it is. */
    resizePipe: (fd: number, bytes: number): boolean => c.fcntl(fd, F_SETPIPE_SZ, bytes) > 0,
    mkfifo(path: string): number {
      const bytes = Buffer.from(`${path}\0`);
      return c.mkfifo(ptr(bytes), 0o600) === 0 ? 0 : errno();
    },
    pipe(): readonly [read: number, write: number] {
      const ends = new Int32Array(2);
      if (c.pipe2(ptr(ends), O_CLOEXEC) !== 0) throw new Error(`pipe2: errno ${errno()}`);
      return [ends[0] ?? -1, ends[1] ?? -1];
    },
    /** What this thread opens from here on is its own, and of what is open it has copies. False where it may not. */
    unshareDescriptors: (): boolean => c.unshare(CLONE_FILES) === 0,
    epollCreate: (): number => c.epoll_create1(O_CLOEXEC),
    epollAdd(epoll: number, fd: number): void {
      const view = new DataView(event.buffer);
      view.setUint32(0, EPOLLIN, true);
      view.setUint32(EVENT_DATA, fd, true);
      c.epoll_ctl(epoll, EPOLL_CTL_ADD, fd, ptr(event));
    },
    epollRemove(epoll: number, fd: number): void {
      c.epoll_ctl(epoll, EPOLL_CTL_DEL, fd, ptr(event));
    },
    /** Descriptors that have something to read. Blocks the thread; -1 waits for ever. */
    epollWait(epoll: number, timeoutMs: number): number[] {
      const ready = c.epoll_wait(epoll, ptr(events), 256, timeoutMs);
      return Array.from({ length: Math.max(0, ready) }, (_, at) =>
        eventView.getUint32(at * EVENT_BYTES + EVENT_DATA, true),
      );
    },
  };
}
