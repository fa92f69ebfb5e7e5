/** From spans to events: what came into a file in a stretch of time, by origin. What a person typed is nobody's business and is left out. */
import type { AuditEvent } from './audit-event.ts';
import { isUntrusted, type Spans } from './provenance.ts';
import { length } from './text.ts';

/** One event for each origin that something untrusted came from, at or after `since` and before `until` (milliseconds since 1970). */
export function originEvents(file: string, spans: Spans, since: number, until: number): readonly AuditEvent[] {
  const events = new Map<string, Extract<AuditEvent, { kind: 'origin' }>>();
  for (const { origin, range, at } of spans) {
    if (at < since || at >= until || !isUntrusted(origin)) continue;
    const agent = origin.kind === 'agent' ? { agent: origin.agent } : {};
    const key = `${origin.kind} ${agent.agent ?? ''}`;
    events.set(key, { kind: 'origin', file, origin: origin.kind, ...agent, characters: (events.get(key)?.characters ?? 0) + length(range) });
  }
  return [...events.values()];
}
