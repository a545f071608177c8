/** Setting what another process may use: prlimit64(2), of Linux alone. */

import { ptr } from "bun:ffi";

/** It has a number of its own on each architecture. */
const SYS_PRLIMIT64 = process.arch === "arm64" ? 261 : 302;

type Syscall = (...numbers: [number, number, number, number, number]) => number | bigint;

/** Sets both the soft and the hard limit of a process, of whoever. False when it cannot be set. */
export function limitResourceWith({ syscall }: { readonly syscall: Syscall }, isLinux: boolean) {
  return (pid: number, resource: number, value: number): boolean => {
    if (!isLinux) return false;
    const limit = new BigUint64Array([BigInt(value), BigInt(value)]);
    return Number(syscall(SYS_PRLIMIT64, pid, resource, Number(ptr(limit)), 0)) === 0;
  };
}
