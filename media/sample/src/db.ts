/** The one pool of connections. */
export const pool = {
  query: async (text: string, values: readonly unknown[] = []): Promise<{ rows: unknown[] }> => ({ rows: [{ text, values }] }),
};
