/** Waits for something to become true in the editor; rejects after `limit` milliseconds. */
export async function until(holds: () => boolean, limit = 4000): Promise<void> {
  for (let waited = 0; waited < limit; waited += 50) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not become so.');
}
