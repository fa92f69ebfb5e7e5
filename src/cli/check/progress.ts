/** How far a long check is, on a terminal that somebody watches; silence everywhere else. */
import type { Terminal } from '../terminal.ts';

export interface ProgressBar {
  show(done: number): void;
  /** Takes the bar away, so that the report stands alone. */
  clear(): void;
}

/** Milliseconds: a check that ends sooner needs no bar, and one that is drawn more often flickers. */
const PATIENCE = 400;
const PAUSE = 80;
const WIDTH = 24;

/** `total`: files to check. */
export function progressBar(terminal: Terminal, total: number): ProgressBar {
  const columns = terminal.watched;
  if (columns === undefined || columns < 50) return { show: () => undefined, clear: () => undefined };
  let next = performance.now() + PATIENCE;
  let drawn = false;
  return {
    show(done) {
      const now = performance.now();
      if (now < next) return;
      next = now + PAUSE;
      drawn = true;
      const filled = Math.floor((done / total) * WIDTH);
      terminal.err(`\r${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)} ${done} of ${total} files`);
    },
    clear: () => (drawn ? terminal.err('\r\u001b[K') : undefined),
  };
}
