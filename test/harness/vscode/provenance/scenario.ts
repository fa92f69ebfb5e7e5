/** A scenario of who writes what: its base, what happens, and the truth. */
import type { Play } from './play.ts';
import type { Truth } from '../../provenance/truth.ts';

export interface Scenario {
  /** Unlike every other's. */
  readonly title: string;
  readonly group: string;
  /** The file's ending, which decides its language and the settings it has. Absent: `ts`. */
  readonly ending?: string;
  /** The committed text. Absent: `BASE`. */
  readonly base?: string;
  /** Needs the proposed API of inline edits in the assistant. Absent: it does not. */
  readonly inlineEdits?: true;
  /** Acts, and gives the truth: of the scenario's own file, or of several by name. */
  play(play: Play): Promise<Truth | Readonly<Record<string, Truth>>>;
}

export const BASE = 'export function one(a: number) {\n  return a + 1;\n}\n\nconst two = one(2);\nconsole.log(two);\n';

/** Settings of the window, some by language so that scenarios differ by their file's ending alone. */
export const settings: Readonly<Record<string, unknown>> = {
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.inlineSuggest.enabled': true,
  'editor.inlineSuggest.showToolbar': 'always',
  'editor.dragAndDrop': true,
  'editor.linkedEditing': false,
  'git.enabled': true,
  'workbench.editor.enablePreview': false,
  '[javascript]': { 'editor.formatOnSave': true, 'editor.defaultFormatter': 'vetmark-stage.actors' },
  '[javascriptreact]': { 'editor.codeActionsOnSave': { 'source.organizeImports': 'explicit' } },
  '[typescriptreact]': { 'editor.formatOnPaste': true, 'editor.formatOnType': true, 'editor.defaultFormatter': 'vetmark-stage.actors' },
  '[typescript]': { 'editor.defaultFormatter': 'vetmark-stage.actors' },
};
