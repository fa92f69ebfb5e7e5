import assert from 'node:assert/strict';
import { isUntrusted } from '#core/provenance';
import type { Change } from '#core/text';
import { TrackedText } from '../../../src/extension/tracker/tracked-text.ts';
import type { ChangeSignals } from '../../../src/extension/tracker/signals.ts';

/** A text and a person or tool at it: each step is one event as the editor sends it. */
class Stage {
  readonly text: TrackedText;
  #version = 1;

  constructor(text = '') {
    this.text = new TrackedText(text, [], 'typescript');
  }

  change(change: Change, signals: Partial<ChangeSignals> = {}): void {
    this.#version++;
    this.text.change({ change, version: this.#version, at: 1, place: 'focused', carets: [{ start: change[0]!.range.end, end: change[0]!.range.end }], phase: 'editing', ...signals });
  }

  type(text: string, at = this.text.text.length): void {
    for (const [index, letter] of [...text].entries()) {
      this.change([{ range: { start: at + index, end: at + index }, text: letter }]);
      this.text.selection({ version: this.#version, kind: 'keyboard', carets: [{ start: at + index + 1, end: at + index + 1 }] }, 1);
    }
  }

  tool(start: number, end: number, text: string): void {
    this.change([{ range: { start, end }, text }], { place: 'background', carets: [] });
  }

  accept(at: number, text: string): void {
    this.change([{ range: { start: at, end: at }, text }]);
    this.text.selection({ version: this.#version, kind: 'none', carets: [{ start: at + text.length, end: at + text.length }] }, 1);
    this.text.accepted(this.#version, 'editor.action.inlineSuggest.commit', 1);
  }

  undo(start: number, end: number, text: string): void {
    this.change([{ range: { start, end }, text }], { reason: 'undo', carets: [] });
  }

  disk(start: number, end: number, text: string): void {
    this.change([{ range: { start, end }, text }], { place: 'background', carets: [] });
    this.text.reloaded(1);
  }

  /** `human:ab agent:cd`; baseline is left out. */
  get labels(): string {
    return this.text.spans.map(({ range, origin }) => `${origin.kind}:${this.text.text.slice(range.start, range.end)}`).join(' ');
  }

  get untrusted(): string {
    return this.text.spans.filter(({ origin }) => isUntrusted(origin)).map(({ range }) => this.text.text.slice(range.start, range.end)).join('|');
  }
}

describe('one text and who wrote it', () => {
  it('is typed letter by letter', () => {
    const stage = new Stage();
    stage.type('abc');
    assert.equal(stage.labels, 'human:abc');
  });

  it('is unknown for letters that no key confirmed', () => {
    const stage = new Stage();
    stage.change([{ range: { start: 0, end: 0 }, text: 'a' }]);
    assert.equal(stage.labels, 'unknown:a');
  });

  it('does not take a selection event of another version', () => {
    const stage = new Stage();
    stage.change([{ range: { start: 0, end: 0 }, text: 'a' }]);
    stage.text.selection({ version: 99, kind: 'keyboard', carets: [{ start: 1, end: 1 }] }, 1);
    assert.equal(stage.labels, 'unknown:a');
  });

  it('is an assistant\'s when a completion was accepted', () => {
    const stage = new Stage();
    stage.type('h');
    stage.accept(1, 'ello(1)');
    assert.equal(stage.labels, 'human:h agent:ello(1)');
  });

  it('does not let a late marker take what was typed after', () => {
    const stage = new Stage();
    stage.type('ab');
    stage.text.accepted(2, 'editor.action.inlineSuggest.commit', 1);
    assert.equal(stage.labels, 'human:ab');
  });

  it('gives labels back on undo of a deletion, letter by letter', () => {
    const stage = new Stage();
    stage.accept(0, 'ai()');
    stage.type('x');
    stage.change([{ range: { start: 4, end: 5 }, text: '' }]);
    stage.change([{ range: { start: 3, end: 4 }, text: '' }]);
    stage.undo(3, 3, ')x');
assert.equal(stage.untrusted.replaceAll('|', ''), 'ai()');
  });

  it('gives an assistant\'s label back on redo', () => {
    const stage = new Stage();
    stage.accept(0, 'hello(\n  1);');
    stage.undo(0, 12, '');
    stage.change([{ range: { start: 0, end: 0 }, text: 'hello(\n  1);' }], { reason: 'redo' });
    assert.equal(stage.labels, 'agent:hello(\n  1);');
  });

  it('is what it was when it is cut and pasted again', () => {
    const stage = new Stage('a();\n');
    stage.type('typed;');
    stage.change([{ range: { start: 4, end: 11 }, text: '' }]);
    stage.change([{ range: { start: 0, end: 0 }, text: 'typed;\n' }], { paste: { version: 8, text: 'typed;\n' } });
    assert.equal(stage.labels, 'human:typed;');
  });

  it('is a paste when it was cut out of nothing here', () => {
    const stage = new Stage('a();\n');
    stage.change([{ range: { start: 0, end: 0 }, text: 'typed;\n' }], { paste: { version: 1, text: 'typed;\n' } });
    assert.equal(stage.labels, 'paste:typed;\n');
  });

  it('is a paste when a key brought several letters', () => {
    const stage = new Stage('');
    stage.change([{ range: { start: 0, end: 0 }, text: 'more();' }]);
    stage.text.selection({ version: 2, kind: 'keyboard', carets: [{ start: 7, end: 7 }] }, 1);
    assert.equal(stage.labels, 'paste:more();');
  });

  it('is a gap when an undo brings what was never recorded', () => {
    const stage = new Stage();
    stage.undo(0, 0, 'from before');
    assert.equal(stage.labels, 'unknown:from before');
  });

  it('is external when it came from disk, and the agent\'s when its hook explains it', () => {
    const stage = new Stage('a\n');
    stage.disk(2, 2, 'b();\n');
    const before = stage.labels;
    const [arrived] = stage.text.reloads;
    stage.text.explain(arrived!, { origin: { kind: 'agent', agent: 'claude-code' }, evidence: [{ kind: 'disk' }], at: 1 });
    assert.deepEqual([before, stage.labels], ['external:b();\n', 'agent:b();\n']);
  });

  it('bears a scar where a tool took a check away', () => {
    const stage = new Stage('a();\nif (!auth) return;\nb();\n');
    stage.tool(5, 24, '');
    assert.equal(stage.untrusted, 'b');
  });

  it('bears none where a person deleted at the cursor', () => {
    const stage = new Stage('a();\nif (!auth) return;\nb();\n');
    stage.change([{ range: { start: 5, end: 24 }, text: '' }]);
    assert.equal(stage.untrusted, '');
  });

  it('bears one where the deletion at the cursor turns out to come from disk', () => {
    const stage = new Stage('a();\nif (!auth) return;\nb();\n');
    stage.change([{ range: { start: 5, end: 24 }, text: '' }]);
    stage.text.reloaded(1);
    assert.equal(stage.untrusted, 'b');
  });

  it('heals on undo, and is scarred again on redo', () => {
    const stage = new Stage('a();\nif (!auth) return;\nb();\n');
    stage.tool(5, 24, '');
    stage.undo(5, 5, 'if (!auth) return;\n');
    const healed = stage.untrusted;
    stage.change([{ range: { start: 5, end: 24 }, text: '' }], { reason: 'redo', carets: [] });
    assert.deepEqual([healed, stage.untrusted], ['', 'b']);
  });

  it('has no scar from a formatter that drops a semicolon', () => {
    const stage = new Stage('a();\nb();\n');
    stage.tool(3, 4, '');
    assert.equal(stage.untrusted, '');
  });

  it('notes where a person deleted what stood there', () => {
    const stage = new Stage('a();\nif (!auth) return;\nb();\n');
    stage.change([{ range: { start: 5, end: 24 }, text: '' }]);
    assert.equal(stage.labels, 'human:b');
  });

  it('notes nothing where a person deleted what they had just typed', () => {
    const stage = new Stage('a();\n');
    stage.type('x');
    stage.change([{ range: { start: 5, end: 6 }, text: '' }]);
    assert.equal(stage.labels, '');
  });

  it('bears a scar where text is gone that nobody saw go', () => {
    const stage = new Stage('a();\nif (!auth) return;\nb();\n');
    stage.text.reconcile('a();\nb();\n', 'changed while nobody recorded', 1);
    assert.equal(stage.untrusted, 'b');
  });

  it('bears none where a person discards what they had typed', () => {
    const stage = new Stage('a();\nb();\n');
    stage.type('c();\n', 5);
    stage.text.goBack('a();\nb();\n', 1);
    assert.equal(stage.labels, '');
  });

  it('is the suggestion list\'s, and trusted, when a typed beginning became one name', () => {
    const stage = new Stage();
    stage.type('con');
    stage.change([{ range: { start: 0, end: 3 }, text: 'console' }]);
    stage.text.selection({ version: 5, kind: 'none', carets: [{ start: 7, end: 7 }] }, 1);
    assert.deepEqual([stage.labels, stage.untrusted], ['human:con tool:sole', '']);
  });

  it('is a person’s when an input method puts as many characters in the place of what was typed', () => {
    const steps: [typed: string, composed: string, expected: string][] = [
      ['か', '蚊', 'human:蚊'],
      ['a', 'â', 'human:â'],
      ["'", 'é', 'human:é'],
      ['a', 'x', 'unknown:x'],
      ['a', '\u0430', 'unknown:\u0430'],
    ];
    for (const [typed, composed, expected] of steps) {
      const stage = new Stage();
      stage.type(typed);
      stage.change([{ range: { start: 0, end: 1 }, text: composed }], { carets: [{ start: 1, end: 1 }] });
      assert.equal(stage.labels, expected, `${typed} became ${composed}`);
    }
  });

  it('is composed only in the place of what the keyboard was seen to type', () => {
    const stage = new Stage();
    stage.tool(0, 0, 'か');
    stage.change([{ range: { start: 0, end: 1 }, text: '蚊' }], { carets: [{ start: 1, end: 1 }] });
    assert.equal(stage.untrusted, '蚊');
  });

  it('keeps what a tool leaves as it was at the ends of what it replaces', () => {
    const stage = new Stage();
    stage.type('call(a);');
    stage.tool(0, 8, 'call(a, b);');
    assert.equal(stage.labels, 'human:call(a unknown:, b human:);');
  });

  it('takes lines along that change places, also where the editor tells only of the characters that differ', () => {
    const stage = new Stage("import { b } from 'b';\n");
    stage.tool(23, 23, "import { a } from 'evil';\n");
    stage.change([{ range: { start: 9, end: 10 }, text: 'a' }, { range: { start: 19, end: 20 }, text: 'evil' }, { range: { start: 32, end: 33 }, text: 'b' }, { range: { start: 42, end: 46 }, text: 'b' }], { carets: [], phase: 'saving' });
    assert.equal(stage.text.text, "import { a } from 'evil';\nimport { b } from 'b';\n");
    assert.match(stage.untrusted, /^import \{ a \} from 'evil';[\s|]*$/);
  });

  it('is untrusted when the beginning was not typed here', () => {
    const stage = new Stage('con');
    stage.change([{ range: { start: 0, end: 3 }, text: 'console' }]);
    stage.text.selection({ version: 2, kind: 'none', carets: [{ start: 7, end: 7 }] }, 1);
    assert.equal(stage.untrusted, 'sole');
  });
});
