/** A finding: what is wrong, the way there, its fixes, and the form that waives it. */
import type { FindingView, PageTexts } from '#protocol/webview';
import type { Channel } from './channel.ts';
import { remember } from './drafts.ts';
import { button, element } from './element.ts';

/** `region`: its id. */
export function drawFinding(region: string, finding: FindingView, texts: PageTexts, { send }: Channel): HTMLElement {
  const { print, rule, severity, severityWord, line, place, message, why, advice, tags, fixes, steps, waived } = finding;
  return element(
    'article',
    { class: `finding ${severity}`, 'aria-label': `${severityWord}: ${message}` },
    element('p', { class: 'message' }, element('strong', {}, `${severityWord}: `), message),
    ...(waived === undefined ? [] : [element('p', { class: 'waived' }, waived)]),
    element('p', {}, why),
    element('p', {}, advice),
    steps.length === 0 ? '' : element('ol', { class: 'steps' }, ...steps.map((step) => element('li', {}, step))),
    element('p', { class: 'tags' }, button('link', `line ${print}`, place, () => send({ kind: 'reveal', line })), ' ', button('link', `rule ${print}`, rule, () => send({ kind: 'open-rule', rule })), tags.length === 0 ? '' : ` ${tags.join(' · ')}`),
    fixes.length === 0 ? '' : element('p', { class: 'fixes' }, ...fixes.map((title, fix) => button('secondary', `fix ${print} ${fix}`, title, () => send({ kind: 'fix', print, fix })))),
    finding.draft === undefined ? waiverForm(region, finding, texts, send) : drafted(region, print, finding.draft.words, texts, send),
  );
}

function drafted(region: string, print: string, words: string, texts: PageTexts, send: Channel['send']): HTMLElement {
  return element('p', { class: 'waived' }, words, ' ', button('link', `drop ${print}`, texts.waiveDrop, () => send({ kind: 'waive', region, print })));
}

/** Forms that stand open, by fingerprint: a redraw must not shut them. */
const open = new Set<string>();

export function openWaiver(print: string): void {
  open.add(print);
}

function waiverForm(region: string, { print, offer, trouble }: FindingView, texts: PageTexts, send: Channel['send']): HTMLElement {
  const names = { reason: `waive-reason ${print}`, until: `waive-until ${print}` };
  const said = trouble === undefined ? {} : { 'aria-invalid': 'true', 'aria-describedby': `trouble-${print}` };
  const reason = element('textarea', { rows: '2', id: names.reason, 'data-name': names.reason, ...said }) as HTMLTextAreaElement;
  const until = element('input', { type: 'date', id: names.until, 'data-name': names.until, min: offer.earliest, ...(offer.longest !== undefined && { max: offer.longest }), ...said }) as HTMLInputElement;
  remember(reason, names.reason, offer.reason);
  remember(until, names.until, offer.until);
  const keep = button('secondary', `waive-keep ${print}`, texts.waiveKeep, () => send({ kind: 'waive', region, print, waiver: { reason: reason.value, until: until.value } }));
  const details = element(
    'details',
    { class: 'waive' },
    element('summary', { 'data-name': `waive ${print}` }, texts.waive),
    element('label', { for: names.reason }, texts.waiveReason),
    reason,
    element('label', { for: names.until }, texts.waiveUntil),
    until,
    ...(trouble === undefined ? [] : [element('p', { id: `trouble-${print}`, class: 'trouble', role: 'alert' }, trouble)]),
    keep,
  ) as HTMLDetailsElement;
  details.open = open.has(print) || trouble !== undefined;
  details.addEventListener('toggle', () => (details.open ? open.add(print) : open.delete(print)));
  return details;
}
