/** Waits for something to become true in the editor; rejects after four seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 80; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not become so.');
}
