/** The part of libc that sends descriptors through a socket, which Bun cannot. */

import { ptr, type ConvertFns } from "bun:ffi";

export const DESCRIPTOR_CALLS = {
  sendmsg: { args: ["i32", "ptr", "i32"], returns: "i64" },
} as const;

/** What the kernel takes in one message (SCM_MAX_FD). */
export const DESCRIPTORS_A_MESSAGE = 253;

/** Of sys/socket.h on Linux. */
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** `struct msghdr`, and behind it `struct iovec`, the one byte that a message needs, and `struct cmsghdr` with its data:
 *  as 64-bit Linux lays them out, glibc and musl alike. */
const IOVEC = 56;
const BYTE = IOVEC + 16;
const CONTROL = BYTE + 8;
const CONTROL_DATA = CONTROL + 16;
const BYTES = CONTROL_DATA + 4 * (DESCRIPTORS_A_MESSAGE + 1);

/** Sends descriptors at once or not at all; false when the queue is full, nobody has the other end, or the user has too
 *  many under way. */
export function sendDescriptorsWith(c: ConvertFns<typeof DESCRIPTOR_CALLS>) {
  const buffer = new ArrayBuffer(BYTES);
  const view = new DataView(buffer);
  const message = new Uint8Array(buffer);
  const address = BigInt(ptr(message));
  const put = (at: number, value: number | bigint): void => {
    view.setBigUint64(at, BigInt(value), true);
  };
  put(16, address + BigInt(IOVEC));
  put(24, 1);
  put(32, address + BigInt(CONTROL));
  put(IOVEC, address + BigInt(BYTE));
  put(IOVEC + 8, 1);
  view.setInt32(CONTROL + 8, SOL_SOCKET, true);
  view.setInt32(CONTROL + 12, SCM_RIGHTS, true);
  return (socket: number, fds: readonly number[]): boolean => {
    const length = CONTROL_DATA - CONTROL + 4 * fds.length;
    put(40, Math.ceil(length / 8) * 8);
    put(CONTROL, length);
    fds.forEach((fd, at) => view.setInt32(CONTROL_DATA + 4 * at, fd, true));
    return Number(c.sendmsg(socket, ptr(message), MSG_DONTWAIT | MSG_NOSIGNAL)) === 1;
  };
}
