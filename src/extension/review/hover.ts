/**
 * The card of a region: who wrote it and when, what speaks for that, what was found, and the ways on. Only over the region's first line, so that
 * every other hover stays what it was. Guards: the card's links open and move, and none of them signs (invariant 4).
 */
import * as vscode from 'vscode';
import type { RegionEntry, Registry } from './registry.ts';
import { author, evidenceLine, stateWord } from './words.ts';

const LINKS = ['vetmark.showChecklist', 'vetmark.next', 'vetmark.explainRule'];
/** Findings that a card names before it says how many more there are. */
const MOST_FINDINGS = 3;

export class RegionHover implements vscode.HoverProvider {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const entry = this.#registry.at(document, position.line);
    if (entry === undefined || entry.from !== position.line) return undefined;
    return new vscode.Hover(card(entry), document.lineAt(position.line).range);
  }
}

function card({ key, label, state, region, findings }: RegionEntry): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = { enabledCommands: LINKS };
  text.appendMarkdown('$(shield) ');
  text.appendText(`${label}: ${stateWord(state)}`);
  const main = region.spans.find(({ origin }) => origin === region.origin) ?? region.spans[0];
  if (main !== undefined) {
    const when = main.at === 0 ? '' : `, ${new Date(main.at).toLocaleString(vscode.env.language)}`;
    text.appendMarkdown('\n\n');
    text.appendText(`${author({ origin: region.origin, evidence: main.evidence })}${when}`);
    for (const line of new Set(main.evidence.map(evidenceLine))) {
      text.appendMarkdown('\n- ');
      text.appendText(line);
    }
  }
  for (const { message, rule } of findings.slice(0, MOST_FINDINGS)) {
    text.appendMarkdown('\n\n$(warning) ');
    text.appendText(message);
    text.appendMarkdown(` ${link('Why', 'vetmark.explainRule', rule)}`);
  }
  if (findings.length > MOST_FINDINGS) text.appendText(`\nand ${findings.length - MOST_FINDINGS} more findings`);
  text.appendMarkdown(`\n\n${link('Checklist', 'vetmark.showChecklist', key)} | ${link('Next', 'vetmark.next')}`);
  return text;
}

function link(title: string, command: string, ...args: readonly string[]): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args)).replaceAll('(', '%28').replaceAll(')', '%29')})`;
}
