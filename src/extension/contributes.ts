/**
 * What the extension contributes to VS Code: package.json's `contributes`, from which it is generated.
 * Guards invariant 13: a key runs the built-in command first and only then our marker.
 */
import { CHORDS, COLOURS, EDITOR_SETTINGS, MENUS, SUBMENUS, VIEW_COMMANDS, VIEWS, WELCOMES } from './contributes-views.ts';

export const contributes = {
  commands: [
    { command: 'vetmark.vet', title: 'Mark Region as Vetted', category: 'Vetmark', icon: '$(pass)' },
    { command: 'vetmark.showChecklist', title: 'Show Checklist of Region', category: 'Vetmark', icon: '$(checklist)' },
    { command: 'vetmark.signWritten', title: 'Sign What I Typed', category: 'Vetmark', icon: '$(edit)' },
    { command: 'vetmark.undoVet', title: 'Take Back Last Review', category: 'Vetmark', icon: '$(discard)' },
    { command: 'vetmark.enrol', title: 'Enrol Me as Reviewer', category: 'Vetmark', icon: '$(person-add)' },
    { command: 'vetmark.explainLine', title: 'Explain Who Wrote This Line', category: 'Vetmark' },
    { command: 'vetmark.toggleCodeLens', title: 'Toggle CodeLens', category: 'Vetmark' },
    { command: 'vetmark.openRegion', title: 'Open Region', category: 'Vetmark' },
    { command: 'vetmark.explainRule', title: 'Explain Rule', category: 'Vetmark' },
    { command: 'vetmark.noteAccept', title: 'Note Accepted Completion', category: 'Vetmark' },
    ...VIEW_COMMANDS,
  ],
  keybindings: [
    ...CHORDS,
    {
      key: 'tab',
      command: 'runCommands',
      when: 'inlineSuggestionHasIndentationLessThanTabSize && inlineSuggestionVisible && !editorHoverFocused && !editorTabMovesFocus && !suggestWidgetVisible && config.vetmark.acceptMarker.enabled',
      args: {
        commands: [
          'editor.action.inlineSuggest.commit',
          { command: 'vetmark.noteAccept', args: 'editor.action.inlineSuggest.commit' },
        ],
      },
    },
    {
      key: 'tab',
      command: 'runCommands',
      when: 'inlineEditIsVisible && tabShouldAcceptInlineEdit && !editorHoverFocused && !editorTabMovesFocus && !suggestWidgetVisible && config.vetmark.acceptMarker.enabled',
      args: {
        commands: [
          'editor.action.inlineSuggest.commit',
          { command: 'vetmark.noteAccept', args: 'editor.action.inlineSuggest.commit' },
        ],
      },
    },
    {
      key: 'ctrl+right',
      mac: 'cmd+right',
      command: 'runCommands',
      when: 'cursorBeforeGhostText && inlineSuggestionVisible && !accessibilityModeEnabled && !editorReadonly && config.vetmark.acceptMarker.enabled',
      args: {
        commands: [
          'editor.action.inlineSuggest.acceptNextWord',
          { command: 'vetmark.noteAccept', args: 'editor.action.inlineSuggest.acceptNextWord' },
        ],
      },
    },
  ],
  jsonValidation: [{ fileMatch: '/.vetmark/policy.json', url: './media/policy.schema.json' }],
  viewsContainers: { activitybar: [{ id: 'vetmark', title: 'Vetmark', icon: 'media/vetmark.svg' }] },
  views: { vetmark: VIEWS },
  viewsWelcome: WELCOMES,
  submenus: SUBMENUS,
  menus: MENUS,
  colors: COLOURS,
  configuration: {
    title: 'Vetmark',
    properties: {
      'vetmark.findings.scope': {
        type: 'string',
        enum: ['untrusted', 'all'],
        enumDescriptions: [
          'Only findings that touch code which nobody has vetted: where they are, or any step that leads there.',
          'Findings in all code.',
        ],
        default: 'untrusted',
        scope: 'resource',
        order: 1,
        markdownDescription: 'Controls which findings are shown as squiggles. The gate (`vetmark gate`) is not affected.',
      },
      ...EDITOR_SETTINGS,
      'vetmark.acceptMarker.enabled': {
        type: 'boolean',
        default: true,
        scope: 'window',
        order: 4,
        markdownDescription: 'Controls whether accepting an inline completion with `Tab` or `Ctrl+Right` also notes that it was accepted. The built-in command runs first and unchanged, the note behind it. Without it, completions are still recognised by their shape, which says less about where they came from.',
      },
      'vetmark.signing.key': {
        type: 'string',
        enum: ['editor', 'ssh'],
        enumDescriptions: [
          'A key of its own, made at the first review and kept in the secret storage of the editor.',
          'Your SSH key: the one that `git config user.signingkey` names, as a file or from ssh-agent, a FIDO security key included. Signed by `ssh-keygen`.',
        ],
        default: 'editor',
        scope: 'machine',
        order: 5,
        markdownDescription: 'Controls which key signs your reviews. After a change, enrol the key with `Vetmark: Enrol Me as Reviewer`. A workspace cannot set this.',
      },
    },
  },
} as const;

/** Every command's id: what `activate` has to register. */
export type CommandId = (typeof contributes.commands)[number]['command'];
/** Of those, the ones that `registerViewCommands` registers. */
export type ViewCommandId = (typeof VIEW_COMMANDS)[number]['command'];
