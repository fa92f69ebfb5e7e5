/** Gives code back to the agent, with what is wrong with it: to the chat where there is one, else on the clipboard. Nothing is sent by itself. */
import * as vscode from 'vscode';
import { checklistFor } from '#core/checklist';
import { lineAt, lineStarts } from '#core/text';
import { appendAudit } from '#project/audit-log';
import { log } from '../log.ts';
import { promptOf } from './prompt.ts';
import type { RegionEntry } from './registry.ts';
import { answerOf, type Sitting } from './sitting.ts';
import type { Trust } from './trust.ts';

const CHAT = 'workbench.action.chat.open';

export async function sendBack(entry: RegionEntry, sitting: Sitting, trust: Trust): Promise<void> {
  const prompt = promptFor(entry, sitting, trust);
  const where = await chosen();
  if (where === undefined) return;
  if (where === 'chat') await vscode.commands.executeCommand(CHAT, { query: prompt, isPartialQuery: true });
  else {
    await vscode.env.clipboard.writeText(prompt);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Vetmark: the prompt is on the clipboard.'), 5000);
  }
  const { place } = entry.tracked;
  if (place === undefined) return;
  const audited = await appendAudit(place.repository, { kind: 'sent-back', file: place.path, findings: entry.findings.length }, new Date());
  if (!audited.ok) log('warn', audited.message);
}

/** Asks only where there is a choice. */
async function chosen(): Promise<'chat' | 'clipboard' | undefined> {
  if (!(await vscode.commands.getCommands(true)).includes(CHAT)) return 'clipboard';
  const items = [
    { label: vscode.l10n.t('$(comment-discussion) Write it into the chat'), detail: vscode.l10n.t('It is sent when you press Enter there.'), where: 'chat' },
    { label: vscode.l10n.t('$(copy) Copy it'), detail: vscode.l10n.t('For an agent in a terminal or another window.'), where: 'clipboard' },
  ] as const;
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Send back to the agent') });
  return picked?.where;
}

/** From what the page says of a region. */
export function promptFor(entry: RegionEntry, sitting: Sitting, trust: Trust): string {
  const { region, tracked: { text: { text, language }, place }, name, label, from, to, findings } = entry;
  const page = sitting.page(region.id);
  const starts = lineStarts(text);
  const questions = checklistFor({ text, range: region.range, findings, items: place === undefined ? [] : trust.policyFor(place.repository, place.path).items, ...(place !== undefined && { path: place.path }) });
  const refused = questions.flatMap((question) => {
    const { answer, note } = page.answers.get(question.id) === undefined ? { answer: undefined, note: '' } : answerOf(question, page);
    return answer === 'no' ? [{ question: question.question, note: note.trim() }] : [];
  });
  return promptOf({ path: name, label, fromLine: from + 1, toLine: to + 1, language, text, range: region.range, findings: findings.map((finding) => ({ ...finding, line: lineAt(starts, finding.range.start) + 1 })), refused, note: page.note.trim() });
}
