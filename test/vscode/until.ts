/** Waits for something to become true in the editor; rejects after `limit` milliseconds, a limit for machines under load: what holds sooner costs nothing. */
export async function until(holds: () => boolean, limit = 20_000): Promise<void> {
  for (let waited = 0; waited < limit; waited += 50) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It did not become so in ${String(limit)} ms.`);
}
