/** Commands say nothing of the files they write: the work tree is looked at before and after, and what came in between is the agent's. */
import type { ToolCall } from '#agents/agent';
import { digestOf } from '#core/digest';
import type { AgentId } from '#core/provenance';
import { appendAudit } from '#project/audit-log';
import { writeMarker } from '#project/markers';
import type { Repository } from '#project/repository';
import { changedSince, lookBefore } from '#project/snapshot';

/** Before the command. Sentences about what could not be done. */
export async function beforeShell(repository: Repository, event: ToolCall): Promise<readonly string[]> {
  const gap = await lookBefore(repository, keyOf(event), Date.now());
  return gap === undefined ? [] : noted(repository, [gap]);
}

/** After the command: markers for what was written meanwhile. Sentences about what could not be told. */
export async function afterShell(repository: Repository, agent: AgentId, event: ToolCall): Promise<readonly string[]> {
  const { changed, gaps } = await changedSince(repository, keyOf(event));
  for (const { path, before, after, written } of changed) {
    await writeMarker(repository, {
      agent, session: event.session, tool: event.tool, path, after: digestOf(after), written, at: Date.now(),
      ...(event.model !== undefined && { model: event.model }),
      ...(event.call !== undefined && { call: event.call }),
      ...(before !== undefined && { before }),
    });
  }
  return noted(repository, gaps);
}

/** What joins the two: the call's id, or, where the agent has none, the command. */
function keyOf({ session, tool, call, command = '' }: ToolCall): string {
  return JSON.stringify([session, tool, call ?? command]);
}

/** A gap is for the record, not for silence. */
async function noted(repository: Repository, gaps: readonly string[]): Promise<readonly string[]> {
  const troubles: string[] = [...gaps];
  for (const message of gaps) {
    const recorded = await appendAudit(repository, { kind: 'gap', message }, new Date());
    if (!recorded.ok) troubles.push(recorded.message);
  }
  return troubles;
}
