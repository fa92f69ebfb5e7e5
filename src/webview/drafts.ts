/** What is typed and not sent yet, by the name of its field, so that a redraw does not lose it. */
const drafts = new Map<string, string>();

/** Gives a field its draft, or what it is to begin with, and keeps what is typed. */
export function remember(field: HTMLInputElement | HTMLTextAreaElement, name: string, begin: string): void {
  field.value = drafts.get(name) ?? begin;
  field.addEventListener('input', () => drafts.set(name, field.value));
}
