/**
 * The keyboard's short way through the checklist: the first open question has the focus, 1, 2 and 3 answer it and go on to the next, Ctrl+Enter vets.
 * Guards: only a person's own key vets (trusted events), and only while the button is offered; digits count only on a question's own choices.
 */

/** `vet` is called when the person asks for it by keyboard. */
export function listenToKeys(vet: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (!event.isTrusted) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) pressVet(vet);
    else if (!event.ctrlKey && !event.metaKey && !event.altKey && answer(event.target, event.key)) event.preventDefault();
  });
  window.addEventListener('focus', () => focusOpenQuestion());
}

/** Where nothing on the page has the focus: on the first question without an answer, or on the button when there is none. */
export function focusOpenQuestion(): void {
  const { activeElement } = document;
  if (!document.hasFocus() || (activeElement !== null && activeElement !== document.body)) return;
  const open = questions().find((question) => question.querySelector('input:checked') === null);
  (open?.querySelector<HTMLElement>('input[type=radio]') ?? button())?.focus();
}

function pressVet(vet: () => void): void {
  const offered = button();
  if (offered === null) return;
  offered.disabled = true;
  vet();
}

/** The button, while it can be pressed. */
function button(): HTMLButtonElement | null {
  return document.querySelector<HTMLButtonElement>('[data-name=vet]:not(:disabled)');
}

/** True when the key was an answer. */
function answer(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLInputElement) || target.type !== 'radio') return false;
  const question = target.closest('[role=radiogroup]');
  const choice = question?.querySelectorAll<HTMLInputElement>('input[type=radio]')[Number(key) - 1];
  if (question === null || choice === undefined) return false;
  const all = questions();
  const next = all.slice(all.indexOf(question) + 1).find((other) => other.querySelector('input:checked') === null);
  (next?.querySelector<HTMLElement>('input[type=radio]') ?? choice).focus();
  choice.click();
  return true;
}

function questions(): readonly Element[] {
  return [...document.querySelectorAll('[role=radiogroup]')];
}
