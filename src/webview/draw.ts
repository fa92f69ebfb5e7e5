/** From a region to elements: who wrote it and how risky it is, findings, checklist, note, and the ways to decide. */
import type { Answer } from '#core/review';
import type { ChecklistItemView, PageTexts, RegionView } from '#protocol/webview';
import type { Channel } from './channel.ts';
import { drawFinding } from './draw-finding.ts';
import { remember } from './drafts.ts';
import { button, element, fragment, type Child } from './element.ts';

const ANSWERS: readonly Answer[] = ['yes', 'no', 'not-applicable'];

export function drawEmpty(message: string): Node {
  return element('p', { class: 'empty' }, message);
}

export function draw(region: RegionView, texts: PageTexts, channel: Channel): Node {
  return fragment(
    drawHead(region, texts, channel),
    region.findings.length === 0 ? '' : section('findings', texts.findings, ...region.findings.map((finding) => drawFinding(region.id, finding, texts, channel))),
    section('checklist', texts.checklist, element('p', { class: 'progress' }, region.progress), ...region.checklist.map((item) => drawItem(region, item, texts, channel))),
    section('note', texts.note, drawNote(region, texts, channel)),
    drawWays(region, texts, channel),
  );
}

function drawHead({ label, place, fromLine, state, stateWord, author, evidence, said, risk, reading, demands }: RegionView, texts: PageTexts, { send }: Channel): Node {
  const meter = element('div', { class: 'meter', role: 'meter', 'aria-label': texts.reading, 'aria-valuemin': '0', 'aria-valuemax': '100', 'aria-valuenow': String(reading.share), 'aria-valuetext': reading.words });
  const filled = element('div', { class: 'filled' });
  filled.style.setProperty('width', `${reading.share}%`);
  meter.append(filled);
  return element(
    'header',
    {},
    element('h1', {}, label),
    button('link', 'place', place, () => send({ kind: 'reveal', line: fromLine })),
    element('p', { class: `state ${state}` }, stateWord),
    ...said.map((line) => element('p', { class: 'said' }, line)),
    element('p', { class: `risk ${risk.level}` }, risk.words),
    risk.because.length === 0 ? '' : element('ul', { class: 'because' }, ...risk.because.map((cause) => element('li', {}, cause))),
    element('p', { class: 'author' }, author),
    evidence.length === 0 ? '' : element('details', { class: 'evidence' }, element('summary', { 'data-name': 'evidence' }, texts.evidence), element('ul', {}, ...evidence.map((line) => element('li', {}, line)))),
    element('p', { class: 'reading' }, reading.words),
    meter,
    demands === undefined ? '' : element('p', { class: 'demands' }, demands),
  );
}

function drawItem(region: RegionView, item: ChecklistItemView, texts: PageTexts, { send }: Channel): Node {
  const note = element('input', { type: 'text', class: 'item-note', placeholder: texts.itemNote, 'aria-label': texts.itemNoteFor.replace('{0}', () => item.question), 'data-name': `note ${item.id}` }) as HTMLInputElement;
  remember(note, `${region.id} ${item.id}`, item.note);
  const answer = (given: Answer): void => send({ kind: 'answer', region: region.id, item: item.id, answer: given, note: note.value });
  const choices = ANSWERS.map((value) => {
    const radio = element('input', { type: 'radio', name: `item-${item.id}`, value, 'data-name': `${item.id} ${value}` }) as HTMLInputElement;
    radio.checked = item.answer === value;
    radio.addEventListener('change', () => answer(value));
    return element('label', { class: 'choice' }, radio, texts.answers[value]);
  });
  note.addEventListener('change', () => {
    if (item.answer !== undefined) answer(item.answer);
  });
  const proven = item.proven === undefined ? '' : element('p', { class: 'proven' }, item.proven);
  const needsNote = item.answer === 'no' || item.proven !== undefined || item.note !== '';
  return element('fieldset', { class: 'item', role: 'radiogroup', 'aria-label': item.question }, element('legend', {}, item.question), element('div', { class: 'choices' }, ...choices), proven, needsNote ? note : '');
}

function drawNote(region: RegionView, texts: PageTexts, { send }: Channel): Node {
  const note = element('textarea', { rows: '2', 'aria-label': texts.noteAbout, 'data-name': 'note' }) as HTMLTextAreaElement;
  remember(note, region.id, region.note);
  note.addEventListener('change', () => send({ kind: 'note', region: region.id, note: note.value }));
  return note;
}

function drawWays({ id, blocked }: RegionView, texts: PageTexts, { press, send }: Channel): Node {
  const vet = button('primary', 'vet', texts.vet, (event) => {
    if (!event.isTrusted) return;
    vet.disabled = true;
    send({ kind: 'vet', region: id, press });
  });
  vet.setAttribute('aria-keyshortcuts', 'Control+Enter');
  vet.disabled = blocked !== undefined;
  if (blocked !== undefined) vet.setAttribute('aria-describedby', 'blocked');
  const way = (how: 'not-ai' | 'mine' | 'send-back', text: string): HTMLElement => button('secondary', how, text, () => send({ kind: 'decide', region: id, how }));
  return element(
    'footer',
    {},
    vet,
    blocked === undefined ? '' : element('p', { id: 'blocked', class: 'blocked' }, blocked),
    element('div', { class: 'ways', role: 'group', 'aria-label': texts.otherWays }, way('send-back', texts.sendBack), way('not-ai', texts.notAi), way('mine', texts.mine)),
  );
}

function section(name: string, title: string, ...children: readonly Child[]): Node {
  return element('section', { 'aria-labelledby': `title-${name}` }, element('h2', { id: `title-${name}` }, title), ...children);
}
