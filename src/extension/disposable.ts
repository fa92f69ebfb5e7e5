/** Strict disposal: what is registered is disposed, in reverse order, once. */
import type { Disposable } from 'vscode';

export class Disposables implements Disposable {
  static #alive = 0;

  /** How many things are registered now and not disposed of, in all; for tests that look for leaks. */
  static get alive(): number {
    return Disposables.#alive;
  }

  #items: Disposable[] = [];
  #disposed = false;

  /** Takes charge of a disposable and hands it back. Late ones are disposed at once. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else {
      this.#items.push(item);
      Disposables.#alive += 1;
    }
    return item;
  }

  addAll(...items: readonly Disposable[]): void {
    for (const item of items) this.add(item);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const item of this.#items.reverse()) item.dispose();
    Disposables.#alive -= this.#items.length;
    this.#items = [];
  }
}

/** Runs `work` once calls have stopped for `delay` milliseconds. */
export class Debounced implements Disposable {
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #delay: number;
  readonly #work: () => void;

  constructor(delay: number, work: () => void) {
    this.#delay = delay;
    this.#work = work;
  }

  call(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), this.#delay);
  }

  /** True when a call is waiting. */
  get pending(): boolean {
    return this.#timer !== undefined;
  }

  /** Runs now. */
  flush(): void {
    this.dispose();
    this.#work();
  }

  dispose(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
