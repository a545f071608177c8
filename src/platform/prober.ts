import type { Prober } from "../supervisor/ports.ts";
export function createProber(): Prober {
  return {
    start: (_p, _l, _i, onReady) => {
      const t = setTimeout(onReady, 10);
      return () => clearTimeout(t);
    },
  };
}
