/** The line to the director inside the extension host. */
import type { Act } from '../../../vscode/provenance/director.ts';

export interface Director {
  /** Throws with the host's own words when an act fails there. */
  ask(act: Act): Promise<unknown>;
}

export function directorAt(port: number): Director {
  return {
    ask: async (act) => {
      const response = await fetch(`http://127.0.0.1:${String(port)}/`, { method: 'POST', body: JSON.stringify(act) });
      const { result, error } = (await response.json()) as { readonly result?: unknown; readonly error?: string };
      if (error !== undefined) throw new Error(`The director could not do ${JSON.stringify(act)}: ${error}`);
      return result;
    },
  };
}
