/** Decisions besides vetting, as commands and the checklist page lead to them. Each asks in the editor, and says what went wrong there. */
import * as vscode from 'vscode';
import type { WordClaim } from '#core/review';
import { claim } from './claims.ts';
import type { Desk } from './desk.ts';
import type { ReadingWatch } from './reading.ts';
import type { RegionEntry } from './registry.ts';
import { sendBack } from './send-back.ts';
import type { Sitting } from './sitting.ts';
import type { Trust } from './trust.ts';
import type { Vetting } from './vet.ts';

export interface Decisions {
  claim(kind: WordClaim, entry: RegionEntry): Promise<void>;
  sendBack(entry: RegionEntry): Promise<void>;
}

export function decisionsOf(parts: { readonly vetting: Vetting; readonly desk: Desk; readonly trust: Trust; readonly reading: ReadingWatch; readonly sitting: Sitting }): Decisions {
  return {
    claim: async (kind, entry) => {
      const result = await claim(kind, entry, parts);
      if (result?.ok === false) void vscode.window.showErrorMessage(result.message);
    },
    sendBack: (entry) => sendBack(entry, parts.sitting, parts.trust),
  };
}
