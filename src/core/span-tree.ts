/**
 * Spans of one text in a balanced tree of relative lengths, so that an edit costs the logarithm of their number: nothing behind it is moved.
 * Guards: an immutable value; whoever holds one keeps what was known then. Characters in no span are the baseline (invariant 1 is upheld by the labels).
 */
import { belongTogether, isUntrusted, labelOf, type Label, type Span, type Spans } from './origin.ts';
import { length, type Change, type Range } from './text.ts';

/** Characters side by side of one label. Absent label: baseline. */
interface Run {
  readonly length: number;
  readonly label: Label | undefined;
}

/** A height-balanced (AVL) tree, joined and split as in https://en.wikipedia.org/wiki/Join-based_tree_algorithms. */
interface Node {
  readonly left: Tree;
  readonly run: Run;
  readonly right: Tree;
  /** Characters of the whole subtree. */
  readonly length: number;
  readonly height: number;
  /** True when a label in the subtree is untrusted. */
  readonly untrusted: boolean;
}

type Tree = Node | undefined;

export class SpanTree {
  readonly #root: Tree;
  #spans: Spans | undefined;

  private constructor(root: Tree) {
    this.#root = root;
  }

  static of(spans: Spans): SpanTree {
    return new SpanTree(balanced(runsOf(spans)));
  }

  /** All spans, ascending. Linear the first time it is asked, then at hand. */
  get spans(): Spans {
    this.#spans ??= this.clip({ start: 0, end: Infinity });
    return this.#spans;
  }

  /** True when a review has to cover any character. */
  get hasUntrusted(): boolean {
    return this.#root?.untrusted ?? false;
  }

  /** The spans inside `range`, cut to it. */
  clip(range: Range): Spans {
    const found: Span[] = [];
    visit(this.#root, 0, range, (start, end, label) => {
      if (label !== undefined) found.push({ range: { start, end }, ...label });
    });
    return found;
  }

  /** The span that holds the character at `offset`; `undefined`: baseline. */
  at(offset: number): Span | undefined {
    let node = this.#root;
    let base = 0;
    while (node !== undefined) {
      const start = base + lengthOf(node.left);
      const end = start + node.run.length;
      if (offset < start) node = node.left;
      else if (offset >= end) [node, base] = [node.right, end];
      else return node.run.label === undefined ? undefined : { range: { start, end }, ...node.run.label };
    }
    return undefined;
  }

  /** The fold: what the change deletes leaves its spans, `inserted` says what its text becomes, in offsets from the text's start. */
  splice(change: Change, inserted: (edit: Change[number]) => Spans): SpanTree {
    if (change.length === 0) return this;
    let done: Tree;
    let rest = this.#root;
    let at = 0;
    for (const edit of change) {
      const [kept, behind] = split(rest, edit.range.start - at);
      done = concat(done, padded(kept, edit.range.start - at));
      if (edit.text !== '') done = concat(done, padded(balanced(runsOf(inserted(edit))), edit.text.length));
      [, rest] = split(behind, length(edit.range));
      at = edit.range.end;
    }
    return new SpanTree(concat(done, rest));
  }

  /** Replaces whatever labels a range has by spans given in offsets from the range's start. Gaps between them become baseline. */
  set(range: Range, fresh: Spans): SpanTree {
    if (range.start >= range.end) return this;
    const [before, old] = split(this.#root, range.start);
    const [, behind] = split(old, length(range));
    return new SpanTree(concat(concat(padded(before, range.start), padded(balanced(runsOf(fresh)), length(range))), behind));
  }

  /** Gives the characters of `range` one label, replacing what was there. */
  relabel(range: Range, label: Label): SpanTree {
    return this.set(range, [{ range: { start: 0, end: length(range) }, ...labelOf(label) }]);
  }
}

/** Ascending spans as runs without a gap; neighbours that belong together are one. */
function runsOf(spans: Spans): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const span of spans) {
    if (length(span.range) <= 0) continue;
    if (span.range.start > at) runs.push({ length: span.range.start - at, label: undefined });
    const run: Run = { length: length(span.range), label: labelOf(span) };
    const one = span.range.start > at || runs.length === 0 ? undefined : joined(runs[runs.length - 1]!, run);
    if (one === undefined) runs.push(run);
    else runs[runs.length - 1] = one;
    at = span.range.end;
  }
  return runs;
}

/** Two runs as one, when they belong together; the earlier time is kept. */
function joined(a: Run, b: Run): Run | undefined {
  if (a.label === undefined || b.label === undefined) return a.label === b.label ? { length: a.length + b.length, label: undefined } : undefined;
  if (!belongTogether(a.label, b.label)) return undefined;
  const label = a.label.at <= b.label.at ? a.label : { origin: a.label.origin, evidence: a.label.evidence, at: b.label.at };
  return { length: a.length + b.length, label };
}

function balanced(runs: readonly Run[], from = 0, to = runs.length): Tree {
  if (from >= to) return undefined;
  const middle = (from + to) >> 1;
  return node(balanced(runs, from, middle), runs[middle]!, balanced(runs, middle + 1, to));
}

/** The tree made at least so long, by baseline at its end: no run stands behind the last span. */
function padded(tree: Tree, wanted: number): Tree {
  const missing = wanted - lengthOf(tree);
  return missing > 0 ? concat(tree, node(undefined, { length: missing, label: undefined }, undefined)) : tree;
}

function lengthOf(tree: Tree): number {
  return tree === undefined ? 0 : tree.length;
}

function heightOf(tree: Tree): number {
  return tree === undefined ? 0 : tree.height;
}

function node(left: Tree, run: Run, right: Tree): Node {
  return {
    left,
    run,
    right,
    length: lengthOf(left) + run.length + lengthOf(right),
    height: 1 + Math.max(heightOf(left), heightOf(right)),
    untrusted: (left?.untrusted ?? false) || (right?.untrusted ?? false) || (run.label !== undefined && isUntrusted(run.label.origin)),
  };
}

/** A node whose sides differ by two at most, made balanced. */
function rotated(left: Tree, run: Run, right: Tree): Node {
  const lean = heightOf(left) - heightOf(right);
  if (lean > 1) {
    const high = left!;
    if (heightOf(high.left) >= heightOf(high.right)) return node(high.left, high.run, node(high.right, run, right));
    const { left: inner, run: top, right: outer } = high.right!;
    return node(node(high.left, high.run, inner), top, node(outer, run, right));
  }
  if (lean < -1) {
    const high = right!;
    if (heightOf(high.right) >= heightOf(high.left)) return node(node(left, run, high.left), high.run, high.right);
    const { left: inner, run: top, right: outer } = high.left!;
    return node(node(left, run, inner), top, node(outer, high.run, high.right));
  }
  return node(left, run, right);
}

/** `left`, then `run`, then `right`, whatever their heights. */
function join(left: Tree, run: Run, right: Tree): Node {
  const lean = heightOf(left) - heightOf(right);
  if (lean > 1) return rotated(left!.left, left!.run, join(left!.right, run, right));
  if (lean < -1) return rotated(join(left, run, right!.left), right!.run, right!.right);
  return node(left, run, right);
}

/** Both in order; where they meet, runs that belong together become one. */
function concat(left: Tree, right: Tree): Tree {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const [before, last] = withoutLast(left);
  const one = joined(last, firstOf(right));
  return one === undefined ? join(before, last, right) : join(before, one, withoutFirst(right));
}

function firstOf(tree: Node): Run {
  let at = tree;
  while (at.left !== undefined) at = at.left;
  return at.run;
}

function withoutFirst({ left, run, right }: Node): Tree {
  return left === undefined ? right : rotated(withoutFirst(left), run, right);
}

function withoutLast({ left, run, right }: Node): readonly [Tree, Run] {
  if (right === undefined) return [left, run];
  const [rest, last] = withoutLast(right);
  return [rotated(left, run, rest), last];
}

/** What stands before `offset`, and what behind. */
function split(tree: Tree, offset: number): readonly [Tree, Tree] {
  if (tree === undefined) return [undefined, undefined];
  const { left, run, right } = tree;
  const inside = offset - lengthOf(left);
  if (inside < 0) {
    const [before, behind] = split(left, offset);
    return [before, join(behind, run, right)];
  }
  if (inside === 0) return [left, join(undefined, run, right)];
  if (inside < run.length) return [join(left, { length: inside, label: run.label }, undefined), join(undefined, { length: run.length - inside, label: run.label }, right)];
  const [before, behind] = split(right, inside - run.length);
  return [join(left, run, before), behind];
}

/** Runs that share characters with `range`, cut to it, ascending. */
function visit(tree: Tree, base: number, range: Range, see: (start: number, end: number, label: Label | undefined) => void): void {
  if (tree === undefined || base >= range.end || base + tree.length <= range.start) return;
  visit(tree.left, base, range, see);
  const start = base + lengthOf(tree.left);
  const end = start + tree.run.length;
  const from = Math.max(start, range.start);
  const to = Math.min(end, range.end);
  if (from < to) see(from, to, tree.run.label);
  visit(tree.right, end, range, see);
}
