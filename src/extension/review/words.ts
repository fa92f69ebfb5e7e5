/** How origins and evidence are said to people. Guards invariant 1's second half: what is not known is never called AI. */
import type { Evidence, Origin, Span } from '#core/provenance';
import type { RegionState } from '#core/region';

const AGENTS: Readonly<Record<string, string>> = {
  assistant: 'An assistant',
  'claude-code': 'Claude Code',
  'github-copilot': 'GitHub Copilot',
  'copilot-cli': 'Copilot CLI',
  codex: 'Codex',
  'gemini-cli': 'Gemini CLI',
  opencode: 'opencode',
  cursor: 'Cursor',
};

/** "Claude Code", "Unknown tool edit", "Unknown: written before recording began". */
export function author({ origin, evidence }: Pick<Span, 'origin' | 'evidence'>): string {
  switch (origin.kind) {
    case 'human':
      return 'Typed at the keyboard';
    case 'agent':
      return `${AGENTS[origin.agent] ?? origin.agent}${origin.model === undefined ? '' : ` (${origin.model})`}${evidence.some(({ kind }) => kind === 'accept-marker') ? ', inline completion' : ''}`;
    case 'tool':
      return { format: 'A formatter', rename: 'A rename', snippet: 'A snippet', suggest: 'The suggestion list', 'quick-fix': 'A quick-fix', vcs: 'Git' }[origin.tool];
    case 'paste':
      return 'Pasted from outside';
    case 'external':
      return 'Unknown: changed on disk';
    case 'unknown':
      return unknown(evidence);
  }
}

function unknown(evidence: readonly Evidence[]): string {
  const gap = evidence.find((item) => item.kind === 'gap');
  return gap === undefined ? 'Unknown tool edit' : `Unknown: ${gap.reason}`;
}

/** A short name for lists. */
export function shortAuthor(span: Pick<Span, 'origin' | 'evidence'>): string {
  const { origin } = span;
  return origin.kind === 'agent' ? (AGENTS[origin.agent] ?? origin.agent) : author(span);
}

export function evidenceLine(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'hook':
      return `Its own hook reported the ${evidence.tool} call.`;
    case 'change-reason':
      return `The editor gave the reason: ${evidence.source}${evidence.extension === undefined ? '' : ` (${evidence.extension})`}.`;
    case 'accept-marker':
      return 'A completion was accepted with the keyboard.';
    case 'keyboard':
      return 'Typed at the keyboard.';
    case 'selection':
      return evidence.selection === 'none' ? 'No key or mouse moved the cursor with it.' : `The cursor was moved by ${evidence.selection}.`;
    case 'clipboard':
      return 'It came from the clipboard.';
    case 'shape':
      return { 'multi-character': 'Several characters came at once.', 'multi-line': 'Several lines came at once.', 'multi-range': 'Several places changed at once.', background: 'The document was not the one being typed in.', deletion: 'Code beside it was taken away.' }[evidence.shape];
    case 'disk':
      return 'It was read from disk.';
    case 'gap':
      return `The record has a gap: ${evidence.reason}.`;
  }
}

export function stateWord(state: RegionState): string {
  return { unvetted: 'not vetted', changed: 'changed since it was vetted', vetted: 'vetted' }[state];
}

/** Names of agents in spans, each once. */
export function agentsIn(spans: readonly { readonly origin: Origin }[]): string[] {
  return [...new Set(spans.flatMap(({ origin }) => (origin.kind === 'agent' ? [origin.agent] : [])))];
}
