/** From a region to elements. Every text is set by `textContent`; there is no markup from outside. */
import type { Answer } from '#core/review';
import type { ChecklistItemView, FindingView, FromPage, RegionView } from '#protocol/webview';

export interface Channel {
  /** The number that a press of the vet button has to bring. */
  readonly press: string;
  readonly send: (message: FromPage) => void;
}

const ANSWERS: readonly { readonly answer: Answer; readonly name: string }[] = [
  { answer: 'yes', name: 'Yes' },
  { answer: 'no', name: 'No' },
  { answer: 'not-applicable', name: 'Not applicable' },
];
const STATES = { unvetted: 'Not vetted', changed: 'Changed since it was vetted', vetted: 'Vetted' } as const;

/** What is typed into notes and not sent yet, so that a redraw does not lose it. */
const drafts = new Map<string, string>();

export function drawEmpty(message: string): Node {
  return element('p', { class: 'empty' }, message);
}

export function draw(region: RegionView, channel: Channel): Node {
  return fragment(
    drawHead(region, channel),
    region.findings.length === 0 ? '' : section('Findings', ...region.findings.map((finding) => drawFinding(finding, channel))),
    section('Checklist', ...region.checklist.map((item) => drawItem(region, item, channel))),
    section('Note', drawNote(region, channel)),
    drawVet(region, channel),
  );
}

function drawHead(region: RegionView, { send }: Channel): Node {
  const place = element('button', { class: 'link', type: 'button', 'data-name': 'place' }, `${region.path}, ${region.fromLine === region.toLine ? `line ${region.fromLine}` : `lines ${region.fromLine}-${region.toLine}`}`);
  place.addEventListener('click', () => send({ kind: 'reveal', line: region.fromLine }));
  const details = element('ul', { class: 'evidence' }, ...region.evidence.map((line) => element('li', {}, line)));
  return element(
    'header',
    {},
    element('h1', {}, region.label),
    place,
    element('p', { class: `state ${region.state}` }, STATES[region.state]),
    element('p', { class: 'author' }, `Written by: ${region.author}${region.when === '' ? '' : `, ${region.when}`}`),
    details,
  );
}

function drawFinding(finding: FindingView, { send }: Channel): Node {
  const line = element('button', { class: 'link', type: 'button', 'data-name': `line ${finding.print}` }, `Line ${finding.line}`);
  line.addEventListener('click', () => send({ kind: 'reveal', line: finding.line }));
  const rule = element('button', { class: 'link', type: 'button', 'data-name': `rule ${finding.print}` }, finding.rule);
  rule.addEventListener('click', () => send({ kind: 'open-rule', rule: finding.rule }));
  const fixes = finding.fixes.map((title, index) => {
    const fix = element('button', { class: 'secondary', type: 'button', 'data-name': `fix ${finding.print} ${index}` }, title);
    fix.addEventListener('click', () => send({ kind: 'fix', print: finding.print, fix: index }));
    return fix;
  });
  const steps = finding.steps.length === 0 ? '' : element('ol', { class: 'steps' }, ...finding.steps.map((step) => element('li', {}, `Line ${step.line}: ${step.message}`)));
  return element(
    'article',
    { class: `finding ${finding.severity}` },
    element('p', { class: 'message' }, element('strong', {}, `${finding.severity}: `), finding.message),
    element('p', {}, finding.why),
    element('p', {}, finding.advice),
    steps,
    element('p', { class: 'tags' }, line, ' ', rule, finding.tags.length === 0 ? '' : ` ${finding.tags.join(' · ')}`),
    element('p', { class: 'fixes' }, ...fixes),
  );
}

function drawItem(region: RegionView, item: ChecklistItemView, { send }: Channel): Node {
  const note = element('input', { type: 'text', class: 'item-note', placeholder: 'Note (why, where)', 'aria-label': `Note: ${item.question}`, 'data-name': `note ${item.id}` }) as HTMLInputElement;
  const draft = `${region.id} ${item.id}`;
  note.value = drafts.get(draft) ?? item.note;
  note.addEventListener('input', () => drafts.set(draft, note.value));
  const answer = (given: Answer): void => send({ kind: 'answer', region: region.id, item: item.id, answer: given, note: note.value });
  const choices = ANSWERS.map(({ answer: value, name }) => {
    const radio = element('input', { type: 'radio', name: `item-${item.id}`, value, 'data-name': `${item.id} ${value}` }) as HTMLInputElement;
    radio.checked = item.answer === value;
    radio.addEventListener('change', () => answer(value));
    return element('label', { class: 'choice' }, radio, name);
  });
  note.addEventListener('change', () => {
    if (item.answer !== undefined) answer(item.answer);
  });
  const proven = item.provenBy === undefined ? '' : element('p', { class: 'proven' }, `Answered by ${item.provenBy}`);
  const needsNote = item.answer === 'no' || item.provenBy !== undefined || item.note !== '';
  return element('fieldset', { class: 'item', role: 'radiogroup', 'aria-label': item.question }, element('legend', {}, item.question), element('div', { class: 'choices' }, ...choices), proven, needsNote ? note : '');
}

function drawNote(region: RegionView, { send }: Channel): Node {
  const note = element('textarea', { rows: '2', 'aria-label': 'Note about this review', 'data-name': 'note' }) as HTMLTextAreaElement;
  note.value = drafts.get(region.id) ?? region.note;
  note.addEventListener('input', () => drafts.set(region.id, note.value));
  note.addEventListener('change', () => send({ kind: 'note', region: region.id, note: note.value }));
  return note;
}

function drawVet(region: RegionView, { press, send }: Channel): Node {
  const button = element('button', { class: 'primary', type: 'button', 'data-name': 'vet', ...(region.blocked !== undefined && { 'aria-describedby': 'blocked' }) }, 'Mark as vetted') as HTMLButtonElement;
  button.disabled = region.blocked !== undefined;
  button.addEventListener('click', (event) => {
    if (!event.isTrusted) return;
    button.disabled = true;
    send({ kind: 'vet', region: region.id, press });
  });
  return element('footer', {}, button, region.blocked === undefined ? '' : element('p', { id: 'blocked', class: 'blocked' }, region.blocked));
}

function section(title: string, ...children: readonly (Node | string)[]): Node {
  return element('section', {}, element('h2', {}, title), ...children);
}

function fragment(...children: readonly (Node | string)[]): Node {
  const all = document.createDocumentFragment();
  all.append(...children.filter((child) => child !== ''));
  return all;
}

function element(name: string, attributes: Readonly<Record<string, string>>, ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== ''));
  return made;
}
