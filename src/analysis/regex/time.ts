/**
 * How long a backtracking matcher may take on a text that does not match: exponential when a loop can read the same text in two ways, polynomial
 * when two loops in a row can share it. Follows the ambiguity of the position automaton (Weideman et al., "Analyzing matching time behavior of
 * backtracking regular expression matchers by using ambiguity of NFA", 2016).
 */
import { parsePattern, type CharSet, type Pattern } from './parse.ts';

export type MatchTime = 'linear' | 'polynomial' | 'exponential';

/** Positions a pattern may have once its counted repetitions are written out; larger ones are not judged. */
const MAX_POSITIONS = 260;
/** Copies of a counted repetition that are written out; more behave like a loop. */
const MAX_COPIES = 4;

/** The worst matching time of a pattern; linear when it cannot be read. */
export function matchTime(source: string, flags: string): MatchTime {
  const pattern = parsePattern(source, flags);
  if (pattern === undefined) return 'linear';
  const automaton = new Automaton();
  const whole = automaton.build(pattern);
  if (whole === undefined || automaton.sets.length === 0) return 'linear';
  // Followed by nothing that can fail, a match is found before anything is tried twice.
  const canFail = (position: number): boolean => automaton.mustFollow.has(position);
  if (automaton.isExponential(canFail)) return 'exponential';
  return automaton.isPolynomial(canFail, whole.first, startsAnchored(pattern)) ? 'polynomial' : 'linear';
}

interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isNullable: boolean;
}

class Automaton {
  readonly sets: CharSet[] = [];
  /** Where each position may lead; twice the same means in two ways. */
  readonly follow: number[][] = [];
  /** Positions behind which something must still match. */
  readonly mustFollow = new Set<number>();

  build(pattern: Pattern): Part | undefined {
    switch (pattern.kind) {
      case 'chars': {
        if (this.sets.length >= MAX_POSITIONS) return undefined;
        this.sets.push(pattern.set);
        this.follow.push([]);
        const at = this.sets.length - 1;
        return { first: [at], last: [at], isNullable: false };
      }
      case 'assert':
        return { first: [], last: [], isNullable: true };
      case 'choice': {
        const parts = pattern.items.map((item) => this.build(item));
        if (parts.some((part) => part === undefined)) return undefined;
        const known = parts as readonly Part[];
        return { first: known.flatMap((part) => part.first), last: known.flatMap((part) => part.last), isNullable: known.some((part) => part.isNullable) };
      }
      case 'sequence':
        return this.sequence(pattern.items);
      case 'repeat':
        return this.repeat(pattern);
    }
  }

  private sequence(items: readonly Pattern[]): Part | undefined {
    let whole: Part = { first: [], last: [], isNullable: true };
    for (const item of items) {
      const from = this.sets.length;
      const part = this.build(item);
      if (part === undefined) return undefined;
      // An anchor or something that is not optional can fail after all that stands before it.
      if (item.kind === 'assert' ? !item.isStart : !part.isNullable) for (let at = 0; at < from; at++) this.mustFollow.add(at);
      for (const last of whole.last) this.follow[last]!.push(...part.first);
      whole = { first: whole.isNullable ? [...whole.first, ...part.first] : whole.first, last: part.isNullable ? [...whole.last, ...part.last] : part.last, isNullable: whole.isNullable && part.isNullable };
    }
    return whole;
  }

  private repeat({ item, min, max }: Extract<Pattern, { kind: 'repeat' }>): Part | undefined {
    if (max === 0) return { first: [], last: [], isNullable: true };
    const loops = max === Infinity || max > MAX_COPIES * 2;
    const copies = loops ? Math.max(1, Math.min(min, MAX_COPIES)) : max;
    let whole: Part = { first: [], last: [], isNullable: true };
    // Only the copy before leads to the next one: an optional copy is skipped together with all that follow it.
    let before: readonly number[] = [];
    for (let copy = 0; copy < copies; copy++) {
      const part = this.build(item);
      if (part === undefined) return undefined;
      for (const last of before) this.follow[last]!.push(...part.first);
      const isOptional = part.isNullable || copy >= min;
      if (loops && copy === copies - 1) for (const last of part.last) this.follow[last]!.push(...part.first);
      before = part.isNullable ? [...before, ...part.last] : part.last;
      const first = copy === 0 || (whole.isNullable && part.first.length > 0 && copy < min) ? [...whole.first, ...part.first] : whole.first;
      whole = { first, last: isOptional ? [...whole.last, ...part.last] : part.last, isNullable: whole.isNullable && isOptional };
    }
    return whole;
  }

  /** A loop that can read one text in two ways, with something behind it that can fail. */
  isExponential(canFail: (position: number) => boolean): boolean {
    for (const component of components(this.sets.length, (at) => this.follow[at]!)) {
      if (!component.some(canFail)) continue;
      const inside = new Set(component);
      const within = component.map((at) => this.follow[at]!.filter((to) => inside.has(to)));
      if (within.some((list) => new Set(list).size < list.length)) return true;
      if (component.length > 1 && component.length <= 90 && this.hasTwin(component, inside)) return true;
    }
    return false;
  }

  /** Two copies of the loop, run on the same text, part and meet again. */
  private hasTwin(component: readonly number[], inside: ReadonlySet<number>): boolean {
    const index = new Map(component.map((at, position) => [at, position]));
    const size = component.length;
    const edges = (pair: number): number[] => {
      const [a, b] = [component[Math.floor(pair / size)]!, component[pair % size]!];
      const out: number[] = [];
      for (const x of this.follow[a]!) if (inside.has(x)) for (const y of this.follow[b]!) if (inside.has(y) && (this.sets[x]! & this.sets[y]!) !== 0n) out.push(index.get(x)! * size + index.get(y)!);
      return out;
    };
    return components(size * size, edges).some((pairs) => pairs.length > 1 && pairs.some((pair) => Math.floor(pair / size) === pair % size) && pairs.some((pair) => Math.floor(pair / size) !== pair % size));
  }

  /** Two loops over a shared character with nothing but that character between them; or one at the start of a search that starts anew everywhere. */
  isPolynomial(canFail: (position: number) => boolean, first: readonly number[], isAnchored: boolean): boolean {
    const loops = [...this.sets.keys()].filter((at) => this.follow[at]!.includes(at));
    for (const p of loops) {
      if (!isAnchored && first.includes(p) && canFail(p)) return true;
      for (const q of loops) if (p !== q && canFail(q) && (this.sets[p]! & this.sets[q]!) !== 0n && this.leads(p, q)) return true;
    }
    return false;
  }

  private leads(from: number, to: number): boolean {
    const shared = this.sets[from]! & this.sets[to]!;
    const seen = new Set<number>([from]);
    const queue = [from];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const next of this.follow[at]!) {
        if (next === to) return true;
        if (seen.has(next) || (this.sets[next]! & shared) === 0n) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    return false;
  }
}

function startsAnchored(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'assert':
      return pattern.isStart;
    case 'sequence':
      return pattern.items[0] !== undefined && startsAnchored(pattern.items[0]);
    case 'choice':
      return pattern.items.every(startsAnchored);
    case 'chars':
    case 'repeat':
      return false;
  }
}

/** Strongly connected components that hold a cycle (Tarjan, without recursion). */
function components(size: number, edgesOf: (node: number) => readonly number[]): readonly (readonly number[])[] {
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const onStack = new Uint8Array(size);
  const stack: number[] = [];
  const found: number[][] = [];
  let counter = 0;
  for (let root = 0; root < size; root++) {
    if (index[root] !== -1) continue;
    const work: { node: number; edges: readonly number[]; next: number }[] = [];
    const enter = (node: number): void => {
      index[node] = low[node] = counter++;
      stack.push(node);
      onStack[node] = 1;
      work.push({ node, edges: edgesOf(node), next: 0 });
    };
    enter(root);
    while (work.length > 0) {
      const top = work.at(-1)!;
      const to = top.edges[top.next++];
      if (to !== undefined) {
        if (index[to] === -1) enter(to);
        else if (onStack[to] === 1) low[top.node] = Math.min(low[top.node]!, index[to]!);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low[parent.node] = Math.min(low[parent.node]!, low[top.node]!);
      if (low[top.node] !== index[top.node]) continue;
      const component: number[] = [];
      for (let node = stack.pop()!; ; node = stack.pop()!) {
        onStack[node] = 0;
        component.push(node);
        if (node === top.node) break;
      }
      if (component.length > 1 || edgesOf(component[0]!).includes(component[0]!)) found.push(component);
    }
  }
  return found;
}
