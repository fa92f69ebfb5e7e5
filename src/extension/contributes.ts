/**
 * What the extension contributes to VS Code: package.json's `contributes`, from which it is generated.
 * Guards invariant 13: a key runs the built-in command first and only then our marker.
 */
import { CHORDS, COLOURS, EDITOR_SETTINGS, MENUS, SUBMENUS, VIEW_COMMANDS, VIEWS, WELCOMES } from './contributes-views.ts';
import { WALKTHROUGH, WELCOME_COMMANDS } from './contributes-welcome.ts';

export const contributes = {
  commands: [
    { command: 'vetmark.vet', title: 'Mark Region as Vetted', category: 'Vetmark', icon: '$(pass)' },
    { command: 'vetmark.showChecklist', title: 'Show Checklist of Region', category: 'Vetmark', icon: '$(checklist)' },
    { command: 'vetmark.vetSeveral', title: 'Vet Several Regions...', category: 'Vetmark', icon: '$(check-all)' },
    { command: 'vetmark.notAi', title: 'Not AI...', category: 'Vetmark', icon: '$(person)' },
    { command: 'vetmark.mine', title: 'This Is Mine...', category: 'Vetmark', icon: '$(account)' },
    { command: 'vetmark.waive', title: 'Waive Finding...', category: 'Vetmark', icon: '$(calendar)' },
    { command: 'vetmark.sendBack', title: 'Send Back to the Agent...', category: 'Vetmark', icon: '$(reply)' },
    { command: 'vetmark.openPolicy', title: 'Open Policy', category: 'Vetmark', icon: '$(law)' },
    { command: 'vetmark.signWritten', title: 'Sign What I Typed', category: 'Vetmark', icon: '$(edit)' },
    { command: 'vetmark.undoVet', title: 'Take Back Last Review', category: 'Vetmark', icon: '$(discard)' },
    { command: 'vetmark.enrol', title: 'Enrol Me as Reviewer', category: 'Vetmark', icon: '$(person-add)' },
    { command: 'vetmark.connectAgent', title: 'Connect an Agent...', category: 'Vetmark' },
    { command: 'vetmark.disconnectAgent', title: 'Disconnect an Agent...', category: 'Vetmark' },
    { command: 'vetmark.explainLine', title: 'Explain This Line', category: 'Vetmark' },
    { command: 'vetmark.toggleCodeLens', title: 'Toggle CodeLens', category: 'Vetmark' },
    { command: 'vetmark.openRegion', title: 'Open Region', category: 'Vetmark' },
    { command: 'vetmark.explainRule', title: 'Explain Rule', category: 'Vetmark' },
    ...WELCOME_COMMANDS,
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
  languageModelTools: [
    {
      name: 'vetmark_get_findings',
      displayName: 'Vetmark findings',
      toolReferenceName: 'vetmarkFindings',
      canBeReferencedInPrompt: true,
      icon: '$(warning)',
      userDescription: 'Security findings of Vetmark in the files that are open',
      modelDescription: 'Lists security findings (secrets, injection and the like) in files that are open in the editor: path, line, rule, severity, what is wrong, why it matters and what to do. Values of secrets are masked. Read-only: it cannot waive a finding or vet code; only a person can, in the editor.',
      inputSchema: { type: 'object', properties: { path: { type: 'string', description: 'A file, relative to the workspace. Absent: all that are open.' } }, additionalProperties: false },
    },
    {
      name: 'vetmark_get_unvetted_regions',
      displayName: 'Vetmark unvetted regions',
      toolReferenceName: 'vetmarkUnvetted',
      canBeReferencedInPrompt: true,
      icon: '$(shield)',
      userDescription: 'Code that nobody has vetted yet',
      modelDescription: 'Lists the regions of code that no person has vetted yet: path, lines, who wrote them as far as it is recorded, and the rules of open findings. Read-only: it cannot vet code or change who wrote it; only a person can, in the editor.',
      inputSchema: { type: 'object', properties: { path: { type: 'string', description: 'A file, relative to the workspace. Absent: all files.' } }, additionalProperties: false },
    },
  ],
  jsonValidation: [{ fileMatch: '/.vetmark/policy.json', url: './media/policy.schema.json' }],
  viewsContainers: { activitybar: [{ id: 'vetmark', title: 'Vetmark', icon: 'media/vetmark.svg' }] },
  views: { vetmark: VIEWS },
  viewsWelcome: WELCOMES,
  submenus: SUBMENUS,
  menus: MENUS,
  walkthroughs: [WALKTHROUGH],
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
      'vetmark.provenance.record': {
        type: 'boolean',
        default: true,
        scope: 'window',
        order: 6,
        markdownDescription: 'Controls whether what assistants, tools and the clipboard wrote is recorded in `.vetmark/provenance` beside the code, as an Agent Trace record with digests of lines and no text, so that it is known in other clones and to the gate. Commit the file with your code. Written only where `.vetmark/policy.json` or `.vetmark/reviewers` exists.',
      },
    },
  },
} as const;

/** Every command's id: what `activate` has to register. */
export type CommandId = (typeof contributes.commands)[number]['command'];
/** Of those, the ones that `registerViewCommands` registers. */
export type ViewCommandId = (typeof VIEW_COMMANDS)[number]['command'];
