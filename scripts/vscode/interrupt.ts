/** Makes a signal an ordinary end of the process, so that what was started is ended and what was made is removed. */

/** Call once, before anything is started. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
}
