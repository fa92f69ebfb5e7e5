/**
 * What the extension contributes to VS Code: package.json's `contributes`, from which it is generated.
 * Guards invariant 13: a key runs the built-in command first and only then our marker.
 */
import { CHORDS, COLOURS, EDITOR_SETTINGS, MENUS, SUBMENUS, VIEW_COMMANDS, VIEWS, WELCOMES } from './contributes-views.ts';

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
    { command: 'vetmark.getStarted', title: 'Get Started', category: 'Vetmark' },
    { command: 'vetmark.openSample', title: 'Open a Sample to Vet', category: 'Vetmark' },
    { command: 'vetmark.addGate', title: 'Put the Gate into the Build...', category: 'Vetmark' },
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
  walkthroughs: [
    {
      id: 'start',
      title: 'Get Started with Vetmark',
      description: 'Two minutes to your first vetted code.',
      icon: 'media/icon.png',
      steps: [
        {
          id: 'sample',
          title: 'See what waits for you',
          description: 'Vetmark marks what assistants and agents write, until a person has vetted it. What you type yourself is not marked.\nTry it on a small sample, which lies outside of your projects, or let your own assistant write something here.\n[Open a Sample](command:vetmark.openSample)\nThe list of what waits is in the [Vetmark view](command:vetmark.regions.focus).',
          media: { image: { dark: 'media/walkthrough/sample-dark.png', light: 'media/walkthrough/sample-light.png', hc: 'media/walkthrough/sample-dark.png', hcLight: 'media/walkthrough/sample-light.png' }, altText: 'A function in the editor with a bar in the gutter and a squiggle under its query, and the same function in the list To Vet.' },
          completionEvents: ['onCommand:vetmark.openSample', 'onView:vetmark.regions'],
        },
        {
          id: 'agent',
          title: 'Connect your agent',
          description: 'Agents that write files by themselves tell Vetmark through their hooks. You see the change to the agent\'s configuration before it is made, and it can be undone exactly.\n[Connect an Agent...](command:vetmark.connectAgent)\nCompletions that you accept need no connection.',
          media: { image: { dark: 'media/walkthrough/agent-dark.png', light: 'media/walkthrough/agent-light.png', hc: 'media/walkthrough/agent-dark.png', hcLight: 'media/walkthrough/agent-light.png' }, altText: 'A list of agents to connect: Claude Code, Codex, Copilot CLI, Gemini CLI, opencode and others.' },
          completionEvents: ['onCommand:vetmark.connectAgent'],
        },
        {
          id: 'next',
          title: 'Go to the first region',
          description: 'A region is a function, or a few statements, that nobody has vetted yet. The status bar says how many there are; a press goes to the next one.\n[Go to Next Region](command:vetmark.next)\nFindings in it are squiggled: press `Ctrl+.` there to see the fix.',
          media: { image: { dark: 'media/walkthrough/next-dark.png', light: 'media/walkthrough/next-light.png', hc: 'media/walkthrough/next-dark.png', hcLight: 'media/walkthrough/next-light.png' }, altText: 'The menu of quick fixes at a squiggled query, with the fix that passes the values as parameters.' },
          completionEvents: ['onCommand:vetmark.next', 'onCommand:vetmark.openRegion'],
        },
        {
          id: 'enrol',
          title: 'Become a reviewer',
          description: 'Your reviews are signed with a key of your own. Enrolling makes it, and adds its public half to `.vetmark/reviewers`; commit that file.\n[Enrol Me as Reviewer](command:vetmark.enrol)',
          media: { image: { dark: 'media/walkthrough/enrol-dark.png', light: 'media/walkthrough/enrol-light.png', hc: 'media/walkthrough/enrol-dark.png', hcLight: 'media/walkthrough/enrol-light.png' }, altText: 'The file .vetmark/reviewers with one line: an address and a public key.' },
          completionEvents: ['onCommand:vetmark.enrol'],
        },
        {
          id: 'vet',
          title: 'Answer the checklist and vet it',
          description: 'The checklist asks about what this code does. Read the code, answer, and press *Mark as vetted*: the mark goes, and a signed record stays beside the code.\n[Show Checklist](command:vetmark.showChecklist)',
          media: { image: { dark: 'media/walkthrough/vet-dark.png', light: 'media/walkthrough/vet-light.png', hc: 'media/walkthrough/vet-dark.png', hcLight: 'media/walkthrough/vet-light.png' }, altText: 'The checklist of a region: who wrote it, its risk, questions with answers, and the button Mark as vetted.' },
          completionEvents: ['onContext:vetmark.hasVetted'],
        },
        {
          id: 'gate',
          title: 'Put the gate into your build',
          description: 'The gate lets a change pass when a person has vetted everything it adds. It reads the signed records, and needs no server.\n[Add the Gate...](command:vetmark.addGate)',
          media: { image: { dark: 'media/walkthrough/gate-dark.png', light: 'media/walkthrough/gate-light.png', hc: 'media/walkthrough/gate-dark.png', hcLight: 'media/walkthrough/gate-light.png' }, altText: 'A workflow file that runs vetmark gate on every pull request.' },
          completionEvents: ['onCommand:vetmark.addGate'],
        },
      ],
    },
  ],
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

/** What package.json says of the whole extension to people. */
export const described = {
  description: 'Treats AI-written code as untrusted input until a person has vetted it: provenance marks, security findings with quick-fixes, signed reviews and a CI gate.',
  capabilities: {
    untrustedWorkspaces: {
      supported: 'limited',
      description: 'In Restricted Mode code is marked and analysed, and nothing can be signed.',
      restrictedConfigurations: ['vetmark.findings.scope', 'vetmark.signing.key'],
    },
    virtualWorkspaces: {
      supported: 'limited',
      description: 'Without files on disk there is no git repository: code is marked for as long as the window is open, and nothing can be signed.',
    },
  },
} as const;

/** Every command's id: what `activate` has to register. */
export type CommandId = (typeof contributes.commands)[number]['command'];
/** Of those, the ones that `registerViewCommands` registers. */
export type ViewCommandId = (typeof VIEW_COMMANDS)[number]['command'];
