/** Elements with attributes and children. Every text is set as text; there is no markup from outside. */

export type Child = Node | string;

export function element(name: string, attributes: Readonly<Record<string, string>>, ...children: readonly Child[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== ''));
  return made;
}

export function fragment(...children: readonly Child[]): DocumentFragment {
  const all = document.createDocumentFragment();
  all.append(...children.filter((child) => child !== ''));
  return all;
}

/** `name`: by which the focus is found again after a redraw. */
export function button(kind: 'link' | 'primary' | 'secondary', name: string, text: string, press: (event: Event) => void): HTMLButtonElement {
  const made = element('button', { class: kind, type: 'button', 'data-name': name }, text) as HTMLButtonElement;
  made.addEventListener('click', press);
  return made;
}
