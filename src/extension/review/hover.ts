/**
 * The card of a region: who wrote it and when, what speaks for that, how risky it is, what was found, and the ways on. Only over the region's
 * first line, so that every other hover stays what it was. Guards: the card's links open, move and ask, and none of them signs (invariant 4).
 */
import * as vscode from 'vscode';
import type { RegionEntry, Registry } from './registry.ts';
import { riskLine } from './demand-words.ts';
import type { Risks } from './risk.ts';
import { author, evidenceLine, mainSpan, stateWord, timeWord } from './words.ts';

const LINKS = ['vetmark.showChecklist', 'vetmark.whatChanged', 'vetmark.notAi', 'vetmark.next', 'vetmark.explainRule'];
/** Findings that a card names before it says how many more there are. */
const MOST_FINDINGS = 3;

export class RegionHover implements vscode.HoverProvider {
  readonly #registry: Registry;
  readonly #risks: Risks;

  constructor(registry: Registry, risks: Risks) {
    this.#registry = registry;
    this.#risks = risks;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const entry = this.#registry.at(document, position.line);
    if (entry === undefined || entry.from !== position.line) return undefined;
    return new vscode.Hover(card(entry, riskLine(this.#risks.of(entry))), document.lineAt(position.line).range);
  }
}

function card(entry: RegionEntry, risk: string): vscode.MarkdownString {
  const { key, label, state, region, findings } = entry;
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = { enabledCommands: LINKS };
  text.appendMarkdown('$(shield) ');
  text.appendText(`${label}: ${stateWord(state)}`);
  if (region.spans.length > 0) appendAuthor(text, entry);
  text.appendMarkdown('\n\n');
  text.appendText(risk);
  for (const { message, rule } of findings.slice(0, MOST_FINDINGS)) {
    text.appendMarkdown('\n\n$(warning) ');
    text.appendText(message);
    text.appendMarkdown(` ${link(vscode.l10n.t('Why'), 'vetmark.explainRule', rule)}`);
  }
  if (findings.length > MOST_FINDINGS) text.appendText(`\n${vscode.l10n.t('and {0} more findings', findings.length - MOST_FINDINGS)}`);
  const ways = [link(vscode.l10n.t('Checklist'), 'vetmark.showChecklist', key), link(vscode.l10n.t('What Changed'), 'vetmark.whatChanged', key), link(vscode.l10n.t('Not AI'), 'vetmark.notAi', key), link(vscode.l10n.t('Next'), 'vetmark.next')];
  text.appendMarkdown(`\n\n${ways.join(' | ')}`);
  return text;
}

function appendAuthor(text: vscode.MarkdownString, entry: RegionEntry): void {
  const main = mainSpan(entry);
  const when = timeWord(main.at, vscode.env.language);
  text.appendMarkdown('\n\n');
  text.appendText(when === '' ? author(main) : `${author(main)}, ${when}`);
  const { session } = entry.region.origin.kind === 'agent' ? entry.region.origin : { session: undefined };
  const lines = main.evidence.map(evidenceLine);
  for (const line of new Set(session === undefined ? lines : [...lines, vscode.l10n.t('Session {0}.', session)])) {
    text.appendMarkdown('\n- ');
    text.appendText(line);
  }
}

function link(title: string, command: string, ...args: readonly string[]): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args)).replaceAll('(', '%28').replaceAll(')', '%29')})`;
}
