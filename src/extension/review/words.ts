/** How origins and evidence are said to people. Guards invariant 1's second half: what is not known is never called AI. */
import { l10n } from 'vscode';
import type { Severity } from '#core/finding';
import type { Evidence, Origin, Span } from '#core/provenance';
import type { RegionState } from '#core/region';
import type { RegionEntry } from './standing.ts';

const AGENTS: Readonly<Record<string, string>> = {
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
      return l10n.t('Typed at the keyboard');
    case 'agent': {
      const name = origin.model === undefined ? agentName(origin.agent) : `${agentName(origin.agent)} (${origin.model})`;
      return evidence.some(({ kind }) => kind === 'accept-marker') ? l10n.t('{0}, inline completion', name) : name;
    }
    case 'tool':
      return toolWord(origin.tool);
    case 'paste':
      return l10n.t('Pasted from outside');
    case 'external':
      return l10n.t('Unknown: changed on disk');
    case 'unknown':
      return unknown(evidence);
  }
}

function agentName(agent: string): string {
  return agent === 'assistant' ? l10n.t('An assistant') : (AGENTS[agent] ?? agent);
}

function toolWord(tool: Extract<Origin, { kind: 'tool' }>['tool']): string {
  switch (tool) {
    case 'format':
      return l10n.t('A formatter');
    case 'rename':
      return l10n.t('A rename');
    case 'snippet':
      return l10n.t('A snippet');
    case 'suggest':
      return l10n.t('The suggestion list');
    case 'quick-fix':
      return l10n.t('A quick-fix');
    case 'vcs':
      return l10n.t('Git');
  }
}

function unknown(evidence: readonly Evidence[]): string {
  const gap = evidence.find((item) => item.kind === 'gap');
  return gap === undefined ? l10n.t('Unknown tool edit') : l10n.t('Unknown: {0}', reasonWords(gap.reason));
}

/** A short name for lists. */
export function shortAuthor(span: Pick<Span, 'origin' | 'evidence'>): string {
  const { origin } = span;
  return origin.kind === 'agent' ? agentName(origin.agent) : author(span);
}

/** Of the span that stands for a region: who wrote most of it. */
export function mainSpan({ region }: Pick<RegionEntry, 'region'>): Pick<Span, 'origin' | 'evidence'> & { readonly at: number } {
  return region.spans.find(({ origin }) => origin === region.origin) ?? { origin: region.origin, evidence: region.spans[0]?.evidence ?? [], at: region.spans[0]?.at ?? 0 };
}

/** Who wrote most of a region, for lists. */
export function shortAuthorOf(entry: Pick<RegionEntry, 'region'>): string {
  return shortAuthor(mainSpan(entry));
}

export function evidenceLine(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'hook':
      return l10n.t('Its own hook reported the {0} call.', evidence.tool);
    case 'change-reason':
      return evidence.extension === undefined ? l10n.t('The editor gave the reason: {0}.', evidence.source) : l10n.t('The editor gave the reason: {0} ({1}).', evidence.source, evidence.extension);
    case 'accept-marker':
      return l10n.t('A completion was accepted with the keyboard.');
    case 'keyboard':
      return l10n.t('Typed at the keyboard.');
    case 'selection':
      return selectionLine(evidence.selection);
    case 'clipboard':
      return l10n.t('It came from the clipboard.');
    case 'shape':
      return shapeLine(evidence.shape);
    case 'disk':
      return l10n.t('It was read from disk.');
    case 'gap':
      return l10n.t('The record has a gap: {0}.', reasonWords(evidence.reason));
  }
}

function selectionLine(selection: Extract<Evidence, { kind: 'selection' }>['selection']): string {
  switch (selection) {
    case 'none':
      return l10n.t('No key or mouse moved the cursor with it.');
    case 'keyboard':
      return l10n.t('The cursor was moved by the keyboard.');
    case 'mouse':
      return l10n.t('The cursor was moved by the mouse.');
    case 'command':
      return l10n.t('The cursor was moved by a command.');
  }
}

function shapeLine(shape: Extract<Evidence, { kind: 'shape' }>['shape']): string {
  switch (shape) {
    case 'multi-character':
      return l10n.t('Several characters came at once.');
    case 'multi-line':
      return l10n.t('Several lines came at once.');
    case 'multi-range':
      return l10n.t('Several places changed at once.');
    case 'background':
      return l10n.t('The document was not the one being typed in.');
    case 'deletion':
      return l10n.t('Code beside it was taken away.');
  }
}

/** Why something was not recorded. Records keep the reason in English; a reason that is not known here is shown as it is. */
export function reasonWords(reason: string): string {
  const words: Readonly<Record<string, string>> = {
    'changed on disk': l10n.t('changed on disk'),
    'changed while Vetmark was not watching': l10n.t('changed while Vetmark was not watching'),
    'changes were discarded': l10n.t('changes were discarded'),
    'the record and the document had drifted apart': l10n.t('the record and the document had drifted apart'),
    'too large to record': l10n.t('too large to record'),
    'undone text that was not recorded': l10n.t('undone text that was not recorded'),
    'written before recording began': l10n.t('written before recording began'),
  };
  return words[reason] ?? reason;
}

export function stateWord(state: RegionState): string {
  switch (state) {
    case 'unvetted':
      return l10n.t('not vetted');
    case 'changed':
      return l10n.t('changed since it was vetted');
    case 'vetted':
      return l10n.t('vetted');
  }
}

export function severityWord(severity: Severity): string {
  switch (severity) {
    case 'critical':
      return l10n.t('critical');
    case 'high':
      return l10n.t('high');
    case 'medium':
      return l10n.t('medium');
    case 'low':
      return l10n.t('low');
    case 'info':
      return l10n.t('for information');
  }
}

/** "1 finding", "3 findings". */
export function findingsWord(count: number): string {
  return count === 1 ? l10n.t('1 finding') : l10n.t('{0} findings', count);
}

/** "line 4", "lines 4 to 9", from zero-based lines. */
export function linesWord(from: number, to: number): string {
  return from === to ? l10n.t('line {0}', from + 1) : l10n.t('lines {0} to {1}', from + 1, to + 1);
}

/** A time for people, in their own way of writing it; empty for none. */
export function timeWord(at: number, language: string): string {
  return at === 0 ? '' : new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Names of agents in spans, each once. */
export function agentsIn(spans: readonly { readonly origin: Origin }[]): string[] {
  return [...new Set(spans.flatMap(({ origin }) => (origin.kind === 'agent' ? [origin.agent] : [])))];
}
