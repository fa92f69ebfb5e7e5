/**
 * The decision: who is held to have made a change, from all signals at once.
 * Invariant 1: what is not proven human is untrusted. No decision here says `human` on a shape: it asks, and only the keyboard's selection
 * event (or the editor's own change reason) answers with `human`. Until then the characters are `unknown`. The one exception is a composition
 * in the very place of what the keyboard was just seen to type, for of that no selection event speaks.
 */
import type { Arrival, Evidence, Origin } from '#core/provenance';
import type { Change, Range } from '#core/text';
import { deletesOnly, isCommentToggle, isComposedInPlace, isFormatting, isPasteOf, isRename, isSuggestion, isTyped, moveOf, shapeOf, type Typing } from './shapes.ts';
import { SOME_ASSISTANT, type ChangeDetail, type ChangeSignals, type Paste, type SelectionSignal } from './signals.ts';

/** What is done with a change. */
export type Decision =
  /** Nothing comes in, or what was there comes back: former labels return. */
  | { readonly kind: 'carry' }
  | { readonly kind: 'restore' }
  /** Directed at existing text: tokens keep their origin. `as`: the same change in pieces that show what moved. Absent: as it came. */
  | { readonly kind: 'transform'; readonly arrival: Arrival; readonly as?: Change }
  /** Copied in this window: the text brings its own spans. */
  | { readonly kind: 'copied'; readonly paste: Paste & { readonly copied: NonNullable<Paste['copied']> }; readonly arrival: Arrival }
  /** New characters. `question`: what a later signal may still say about them; absent: nothing will. */
  | { readonly kind: 'arrive'; readonly arrival: Arrival; readonly question?: Question };

/** What the change looks like, and so what the selection event that follows it may prove. */
export type Question = 'typed' | 'suggested' | 'unexplained';

/** What is known of the text besides the signals. */
export interface Context extends Typing {
  readonly language: string;
  /** True when every character of a range was confirmed typed, or is a name that such typing chose. Absent: none was. */
  readonly typed?: (range: Range) => boolean;
}

export function classify(context: Context, signals: ChangeSignals): Decision {
  const { change, at } = signals;
  if (signals.reason !== undefined) return { kind: 'restore' };
  if (deletesOnly(change)) return isFormatting(context.before, change, context.language) ? { kind: 'transform', arrival: tool('format', at) } : { kind: 'carry' };
  if (signals.ownFix !== undefined) return { kind: 'transform', arrival: tool('quick-fix', at, { kind: 'change-reason', source: 'vetmark.quick-fix' }) };
  if (signals.paste !== undefined && isPasteOf(change, signals.paste.text)) return pasted(signals.paste, at);
  if (signals.detail !== undefined) {
    const decided = byDetail(signals.detail, context, signals);
    if (decided !== undefined) return decided;
  }
  return byShape(context, signals);
}

function pasted(paste: Paste, at: number): Decision {
  const arrival: Arrival = { origin: { kind: 'paste' }, evidence: [{ kind: 'clipboard' }], at };
  const { copied } = paste;
  return copied === undefined ? { kind: 'arrive', arrival } : { kind: 'copied', paste: { ...paste, copied }, arrival };
}

function byShape(context: Context, signals: ChangeSignals): Decision {
  const { change, at, carets } = signals;
  const focused = signals.place === 'focused';
  // A blank that is typed is formatting as well: its label is that of the text around it either way.
  const blank = change.every(({ text }) => text.trim() === '');
  const typed = context.typed ?? nobodyTyped;
  if (focused && isComposedInPlace(context, change, carets, typed)) return arriveTyped({ kind: 'selection', selection: 'none' }, at);
  if (focused && !blank && isTyped(context, change, carets)) return ask('typed', signals);
  const { before, language } = context;
  if (isFormatting(before, change, language)) return { kind: 'transform', arrival: tool('format', at, ...shape(change)) };
  if (focused && isTyped(context, change, carets)) return ask('typed', signals);
  const move = moveOf(before, change);
  if (move !== undefined) return { kind: 'transform', arrival: tool('format', at, ...shape(change)), as: move };
  if (isCommentToggle(before, change)) return { kind: 'transform', arrival: tool('format', at, ...shape(change)) };
  if (isRename(before, change)) return { kind: 'transform', arrival: tool('rename', at, ...shape(change)) };
  if (signals.phase === 'saving' || !focused) return ask('unexplained', signals);
  if (isSuggestion(before, change, carets, typed)) return ask('suggested', signals);
  // Text at the caret may be an accepted completion, and just as well a command's or another extension's edit: the selection event is the same
  // for all of them (measured). Only the accept marker or the editor's own reason tells, so that nobody's tool is called AI.
  return ask('unexplained', signals);
}

/** The editor's own word, where the proposed API is on. `undefined`: the word does not settle it. */
function byDetail(detail: ChangeDetail, context: Context, signals: ChangeSignals): Decision | undefined {
  const { change, at } = signals;
  const evidence: Evidence = { kind: 'change-reason', source: detail.kind === undefined ? detail.source : `${detail.source}: ${detail.kind}`, ...(detail.extension !== undefined && { extension: detail.extension }), ...(detail.model !== undefined && { model: detail.model }) };
  const arrive = (origin: Origin): Decision => ({ kind: 'arrive', arrival: { origin, evidence: [evidence, ...shape(change)], at } });
  switch (detail.source) {
    case 'inlineCompletionAccept':
    case 'inlineCompletionPartialAccept':
    case 'Chat.applyEdits':
    case 'inlineChat.applyEdits':
      return arrive({ kind: 'agent', agent: agentOf(detail.extension), ...(detail.model !== undefined && { model: detail.model }), ...(detail.session !== undefined && { session: detail.session }) });
    case 'Chat.undoEdits':
      return { kind: 'restore' };
    case 'cursor':
      // The editor says that keys made this; a shape no key press has is still not believed.
      if (detail.kind === 'type' || detail.kind === 'compositionType') return isTyped(context, change, signals.carets) && signals.place === 'focused' ? arriveTyped(evidence, at) : undefined;
      if (detail.kind === 'paste') return arrive({ kind: 'paste' });
      return directed(context, change, at, evidence);
    case 'reloadFromDisk':
      return { kind: 'arrive', arrival: { origin: { kind: 'external' }, evidence: [evidence, { kind: 'disk' }], at }, question: 'unexplained' };
    case 'suggest':
      return signals.place === 'focused' && isSuggestion(context.before, change, signals.carets, context.typed ?? nobodyTyped) ? { kind: 'arrive', arrival: tool('suggest', at, evidence) } : arrive({ kind: 'unknown' });
    case 'rename':
      return { kind: 'transform', arrival: tool('rename', at, evidence) };
    case 'eolChange':
      return { kind: 'transform', arrival: tool('format', at, evidence) };
    default:
      return undefined;
  }
}

/** A command of the editor itself at work on what stands there; `undefined`: it has none of their shapes. */
function directed({ before, language }: Context, change: Change, at: number, evidence: Evidence): Decision | undefined {
  const move = moveOf(before, change);
  if (move !== undefined) return { kind: 'transform', arrival: tool('format', at, evidence), as: move };
  if (isFormatting(before, change, language) || isCommentToggle(before, change)) return { kind: 'transform', arrival: tool('format', at, evidence) };
  return isRename(before, change) ? { kind: 'transform', arrival: tool('rename', at, evidence) } : undefined;
}

function arriveTyped(evidence: Evidence, at: number): Decision {
  return { kind: 'arrive', arrival: { origin: { kind: 'human' }, evidence: [{ kind: 'keyboard' }, evidence], at } };
}

/** `github.copilot` and its like are named; any other extension is an assistant of that name. */
function agentOf(extension: string | undefined): string {
  if (extension === undefined) return SOME_ASSISTANT;
  const id = extension.toLowerCase();
  return id.startsWith('github.copilot') ? 'github-copilot' : id;
}

function tool(name: Extract<Origin, { kind: 'tool' }>['tool'], at: number, ...evidence: Evidence[]): Arrival {
  return { origin: { kind: 'tool', tool: name }, evidence: evidence.length > 0 ? evidence : [{ kind: 'selection', selection: 'none' }], at };
}

function shape(change: Change): Evidence[] {
  const found = shapeOf(change);
  return found === undefined ? [] : [{ kind: 'shape', shape: found }];
}

function nobodyTyped(): boolean {
  return false;
}

/** Unknown for now, and what may still be learnt. */
function ask(question: Question, { change, at, place }: ChangeSignals): Decision {
  const background: Evidence[] = place === 'background' ? [{ kind: 'shape', shape: 'background' }] : [];
  const seen: Evidence[] = [...shape(change), ...background, { kind: 'selection', selection: 'none' }];
  return { kind: 'arrive', arrival: { origin: { kind: 'unknown' }, evidence: seen, at }, question };
}

/**
 * What the first selection event after a change proves about it; `undefined`: nothing more than was known.
 * `places` are the inserted ranges now, `deleted` how many characters the change took away.
 */
export function answer(question: Question, places: readonly Range[], evidence: readonly Evidence[], signal: SelectionSignal, at: number): Arrival | undefined {
  const { kind, carets } = signal;
  const seen: Evidence = { kind: 'selection', selection: kind };
  const others = evidence.filter((item) => item.kind !== 'selection');
  const unknown: Arrival = { origin: { kind: 'unknown' }, evidence: [...others, seen], at };
  switch (question) {
    case 'typed':
      return kind === 'keyboard' && caretsFollow(places, carets) ? { origin: { kind: 'human' }, evidence: [{ kind: 'keyboard' }, seen], at } : unknown;
    case 'suggested':
      return kind === 'none' && caretsFollow(places, carets) ? { origin: { kind: 'tool', tool: 'suggest' }, evidence: [...others, seen], at } : unknown;
    case 'unexplained':
      // A key that brings more than one character at the cursor is a paste, also where the paste provider was not asked.
      return kind === 'keyboard' && caretsFollow(places, carets) ? { origin: { kind: 'paste' }, evidence: [...others, seen], at } : unknown;
  }
}

/** Every caret stands behind what its key put in (inside an auto-closed pair, or behind it). */
function caretsFollow(places: readonly Range[], carets: readonly Range[]): boolean {
  return places.length === carets.length && places.every((place) => carets.some((caret) => caret.start === caret.end && place.start < caret.end && caret.end <= place.end));
}
