/**
 * What the extension contributes to VS Code for looking, arranging and comparing: lists, their menus and welcomes, chords, colours and marks.
 * Part of `contributes.ts`. Guards: every chord starts with one prefix that no built-in key uses, single keys are built in nowhere either, and all have a `when`.
 */

export const VIEW_COMMANDS = [
  { command: 'vetmark.next', title: 'Go to Next Region to Vet', category: 'Vetmark', icon: '$(arrow-down)' },
  { command: 'vetmark.previous', title: 'Go to Previous Region to Vet', category: 'Vetmark', icon: '$(arrow-up)' },
  { command: 'vetmark.vetAndGoOn', title: 'Vet Region, Then Go On to the Next', category: 'Vetmark', icon: '$(debug-continue)' },
  { command: 'vetmark.whatChanged', title: 'What Changed: Compare Region with the Text Before', category: 'Vetmark', icon: '$(diff)' },
  { command: 'vetmark.changedSinceVetted', title: 'Compare Region with What Was Vetted', category: 'Vetmark', icon: '$(history)' },
  { command: 'vetmark.groupByFile', title: 'Group List by File', category: 'Vetmark', enablement: "vetmark.grouping != 'file'" },
  { command: 'vetmark.groupByRisk', title: 'Group List by Risk', category: 'Vetmark', enablement: "vetmark.grouping != 'risk'" },
  { command: 'vetmark.groupByAgent', title: 'Group List by Author', category: 'Vetmark', enablement: "vetmark.grouping != 'agent'" },
  { command: 'vetmark.filter', title: 'Filter List...', category: 'Vetmark', icon: '$(filter)' },
  { command: 'vetmark.clearFilter', title: 'Clear Filter of List', category: 'Vetmark', icon: '$(filter-filled)', enablement: 'vetmark.filtered' },
  { command: 'vetmark.applyFix', title: 'Fix', category: 'Vetmark', icon: '$(lightbulb-autofix)' },
  { command: 'vetmark.fixAllOfKind', title: 'Fix All of This Kind in Untrusted Code', category: 'Vetmark' },
  { command: 'vetmark.explainFinding', title: 'Explain Rule', category: 'Vetmark' },
  { command: 'vetmark.copyFinding', title: 'Copy', category: 'Vetmark' },
  { command: 'vetmark.waiveFinding', title: 'Waive Finding...', category: 'Vetmark' },
  { command: 'vetmark.sendBackFinding', title: 'Send Back to the Agent...', category: 'Vetmark' },
  { command: 'vetmark.settleGap', title: 'Strike Out Gap...', category: 'Vetmark', icon: '$(check)' },
  { command: 'vetmark.refreshGaps', title: 'Refresh Gaps', category: 'Vetmark', icon: '$(refresh)' },
] as const;

const ACTIVE = 'vetmark.active';

/** `ctrl+alt+u`, for "unvetted": no built-in key of VS Code uses it on any system. */
const chord = <K extends string, C extends string>(key: K, command: C) => ({ key: `ctrl+alt+u ${key}`, mac: `cmd+alt+u ${key}`, command, when: ACTIVE }) as const;

/** In the editor's accessibility mode the keys say so, for the stable API does not. */
const heard = <K extends string, C extends string>(key: K, command: C) => ({ ...chord(key, command), when: `${ACTIVE} && accessibilityModeEnabled`, args: 'listening' }) as const;

/** One press, for going through many: `F7` with Ctrl, beside the `F7` that goes through a diff. No built-in key of VS Code uses it. */
const single = <K extends string, C extends string>(key: K, command: C) => ({ key: `ctrl+${key}`, mac: `cmd+${key}`, command, when: ACTIVE }) as const;

export const CHORDS = [
  chord('n', 'vetmark.next'),
  chord('p', 'vetmark.previous'),
  single('f7', 'vetmark.next'),
  single('shift+f7', 'vetmark.previous'),
  heard('n', 'vetmark.next'),
  heard('p', 'vetmark.previous'),
  chord('v', 'vetmark.vet'),
  chord('g', 'vetmark.vetAndGoOn'),
  chord('d', 'vetmark.whatChanged'),
  chord('c', 'vetmark.changedSinceVetted'),
  chord('s', 'vetmark.vetSeveral'),
  chord('x', 'vetmark.notAi'),
  chord('m', 'vetmark.mine'),
  chord('w', 'vetmark.waive'),
  chord('b', 'vetmark.sendBack'),
  chord('e', 'vetmark.explainLine'),
  chord('l', 'vetmark.regions.focus'),
  chord('i', 'vetmark.findings.focus'),
  chord('f', 'vetmark.filter'),
  chord('t', 'vetmark.toggleCodeLens'),
] as const;

export const VIEWS = [
  { id: 'vetmark.regions', name: 'To Vet', icon: 'media/vetmark.svg', contextualTitle: 'Vetmark', initialSize: 6 },
  { id: 'vetmark.findings', name: 'Findings', icon: 'media/vetmark.svg', contextualTitle: 'Vetmark', initialSize: 3 },
  { id: 'vetmark.checklist', name: 'Checklist', type: 'webview', icon: 'media/vetmark.svg', contextualTitle: 'Vetmark', initialSize: 9 },
  { id: 'vetmark.vetted', name: 'Vetted', icon: 'media/vetmark.svg', contextualTitle: 'Vetmark', visibility: 'collapsed', initialSize: 1 },
  { id: 'vetmark.gaps', name: 'Gaps', icon: 'media/vetmark.svg', contextualTitle: 'Vetmark', visibility: 'collapsed', initialSize: 1 },
] as const;

const FOLDER = 'workspaceFolderCount != 0';
const SIGNS = `${FOLDER} && isWorkspaceTrusted && !virtualWorkspace`;

export const WELCOMES = [
  { view: 'vetmark.regions', when: 'workspaceFolderCount == 0', contents: 'Vetmark records who writes what in a folder.\n[Open Folder](command:vscode.openFolder)' },
  {
    view: 'vetmark.regions',
    when: `${FOLDER} && !isWorkspaceTrusted`,
    contents: 'Restricted Mode: code is marked and analysed, and nothing can be signed, because the settings and records of this folder are not trusted.\n[Manage Workspace Trust](command:workbench.trust.manage)',
  },
  {
    view: 'vetmark.regions',
    when: `${FOLDER} && virtualWorkspace`,
    contents: 'This workspace is virtual: there are no files on disk and no git repository. Code is marked for as long as the window is open, and nothing can be signed. Clone the repository to sign reviews.',
  },
  {
    view: 'vetmark.regions',
    when: `${SIGNS} && vetmark.repository == 'none'`,
    contents: 'This folder is in no git repository. Code is marked all the same; reviews are kept in a repository, so nothing can be signed yet.\n[Initialize Repository](command:git.init)',
  },
  { view: 'vetmark.regions', when: 'vetmark.filtered', contents: 'No region holds these words.\n[Clear Filter](command:vetmark.clearFilter)' },
  {
    view: 'vetmark.regions',
    when: `${SIGNS} && vetmark.repository == 'some' && !vetmark.filtered`,
    contents: 'Nothing waits to be vetted.\nCode that an assistant, a tool or the clipboard writes here is listed until a person has vetted it. What you type yourself is not.\n[Enrol Me as Reviewer](command:vetmark.enrol)',
  },
  { view: 'vetmark.regions', when: `${SIGNS} && vetmark.repository == 'looking'`, contents: 'Looking for the git repository…' },
  { view: 'vetmark.findings', contents: 'No finding in code that waits to be vetted.\nEach finding leads from where a value comes in to where it does harm, and most have a fix. The gate looks at all files: `vetmark gate`.' },
  { view: 'vetmark.vetted', when: "vetmark.repository == 'none'", contents: 'Reviews are kept in a git repository, and this workspace has none.' },
  {
    view: 'vetmark.vetted',
    when: "vetmark.repository != 'none'",
    contents: 'Nobody has vetted anything here yet.\nEach signed review is listed with who gave it and when; code that changed since comes first.\n[Enrol Me as Reviewer](command:vetmark.enrol)',
  },
  { view: 'vetmark.gaps', contents: 'The record has no gap.\nTimes at which nobody saw who wrote what, and documents that are not recorded, are listed here: the gate blocks on them.' },
] as const;

export const SUBMENUS = [
  { id: 'vetmark.grouping', label: 'Group By' },
  { id: 'vetmark.editor', label: 'Vetmark' },
] as const;

const inList = 'view == vetmark.regions';
const onRegion = `${inList} && viewItem =~ /^region/`;
const onChanged = `${inList} && viewItem =~ /changed/`;
const onRegions = `${inList} && viewItem =~ /^(region|group)/`;
const inFindings = 'view == vetmark.findings';
const onFinding = `${inFindings} && viewItem =~ /^finding/`;

export const MENUS = {
  'view/title': [
    { command: 'vetmark.previous', when: inList, group: 'navigation@1' },
    { command: 'vetmark.next', when: inList, group: 'navigation@2' },
    { command: 'vetmark.filter', when: `${inList} && !vetmark.filtered`, group: 'navigation@3' },
    { command: 'vetmark.clearFilter', when: `${inList} && vetmark.filtered`, group: 'navigation@3' },
    { command: 'vetmark.vetSeveral', when: inList, group: 'navigation@4' },
    { submenu: 'vetmark.grouping', when: inList, group: '0_vetmark@1' },
    { command: 'vetmark.vetAndGoOn', when: inList, group: '1_vetmark@0' },
    { command: 'vetmark.enrol', when: inList, group: '1_vetmark@1' },
    { command: 'vetmark.signWritten', when: inList, group: '1_vetmark@2' },
    { command: 'vetmark.undoVet', when: inList, group: '1_vetmark@3' },
    { command: 'vetmark.toggleCodeLens', when: inList, group: '1_vetmark@4' },
    { command: 'vetmark.openPolicy', when: inList, group: '2_policy@1' },
    { command: 'vetmark.fixAllOfKind', when: inFindings, group: '1_vetmark@1' },
    { command: 'vetmark.refreshGaps', when: 'view == vetmark.gaps', group: 'navigation@1' },
  ],
  'vetmark.grouping': [
    { command: 'vetmark.groupByFile', group: '1@1' },
    { command: 'vetmark.groupByRisk', group: '1@2' },
    { command: 'vetmark.groupByAgent', group: '1@3' },
  ],
  'view/item/context': [
    { command: 'vetmark.whatChanged', when: `${onRegion} && !(viewItem =~ /changed/)`, group: 'inline@1' },
    { command: 'vetmark.changedSinceVetted', when: onChanged, group: 'inline@1' },
    { command: 'vetmark.vet', when: onRegion, group: 'inline@2' },
    { command: 'vetmark.openRegion', when: onRegion, group: 'navigation@1' },
    { command: 'vetmark.showChecklist', when: onRegion, group: 'navigation@2' },
    { command: 'vetmark.vetAndGoOn', when: onRegion, group: 'navigation@3' },
    { command: 'vetmark.whatChanged', when: onRegion, group: '2_compare@1' },
    { command: 'vetmark.changedSinceVetted', when: onChanged, group: '2_compare@2' },
    { command: 'vetmark.vetSeveral', when: onRegions, group: 'navigation@4' },
    { command: 'vetmark.notAi', when: `${onRegion} && !listMultiSelection`, group: '3_decide@1' },
    { command: 'vetmark.mine', when: `${onRegion} && !listMultiSelection`, group: '3_decide@2' },
    { command: 'vetmark.waive', when: `${inList} && viewItem =~ /findings/ && !listMultiSelection`, group: '3_decide@3' },
    { command: 'vetmark.sendBack', when: `${onRegion} && !listMultiSelection`, group: '3_decide@4' },
    { command: 'vetmark.applyFix', when: `${inFindings} && viewItem =~ /fixable/`, group: 'inline@1' },
    { command: 'vetmark.applyFix', when: `${inFindings} && viewItem =~ /fixable/`, group: 'navigation@1' },
    { command: 'vetmark.fixAllOfKind', when: `${inFindings} && viewItem =~ /fixable/`, group: 'navigation@2' },
    { command: 'vetmark.explainFinding', when: onFinding, group: '2_explain@1' },
    { command: 'vetmark.copyFinding', when: onFinding, group: '2_explain@2' },
    { command: 'vetmark.waiveFinding', when: `${onFinding} && !listMultiSelection`, group: '3_decide@1' },
    { command: 'vetmark.sendBackFinding', when: `${onFinding} && !listMultiSelection`, group: '3_decide@2' },
    { command: 'vetmark.settleGap', when: 'view == vetmark.gaps && viewItem == gap', group: 'inline' },
    { command: 'vetmark.settleGap', when: 'view == vetmark.gaps && viewItem == gap', group: 'navigation@1' },
  ],
  'editor/context': [{ submenu: 'vetmark.editor', when: 'vetmark.inRegion', group: '1_modification@9' }],
  'editor/lineNumber/context': [{ command: 'vetmark.explainLine', when: ACTIVE, group: 'vetmark@1' }],
  'vetmark.editor': [
    { command: 'vetmark.vet', group: '1_vet@1' },
    { command: 'vetmark.vetAndGoOn', group: '1_vet@2' },
    { command: 'vetmark.whatChanged', group: '2_compare@1' },
    { command: 'vetmark.changedSinceVetted', group: '2_compare@2' },
    { command: 'vetmark.notAi', group: '3_decide@1' },
    { command: 'vetmark.mine', group: '3_decide@2' },
    { command: 'vetmark.sendBack', group: '3_decide@3' },
    { command: 'vetmark.explainLine', group: '4_explain@1' },
  ],
  commandPalette: [
    { command: 'vetmark.explainLine', when: 'editorIsOpen' },
    { command: 'vetmark.openRegion', when: 'false' },
    { command: 'vetmark.explainRule', when: 'false' },
    { command: 'vetmark.noteAccept', when: 'false' },
    { command: 'vetmark.applyFix', when: 'false' },
    { command: 'vetmark.explainFinding', when: 'false' },
    { command: 'vetmark.copyFinding', when: 'false' },
    { command: 'vetmark.waiveFinding', when: 'false' },
    { command: 'vetmark.sendBackFinding', when: 'false' },
    { command: 'vetmark.settleGap', when: 'false' },
    { command: 'vetmark.whatChanged', when: 'vetmark.inRegion' },
    { command: 'vetmark.changedSinceVetted', when: 'vetmark.inRegion' },
  ],
} as const;

export const COLOURS = [
  {
    id: 'vetmark.unvetted',
    description: 'Code that nobody has vetted: overview ruler and lists.',
    defaults: { light: '#8A5A00', dark: '#D7A93F', highContrast: '#FFD370', highContrastLight: '#6B4500' },
  },
  {
    id: 'vetmark.findings',
    description: 'Code that nobody has vetted and that has findings: overview ruler and lists.',
    defaults: { light: '#B4232A', dark: '#F48771', highContrast: '#FF9C8A', highContrastLight: '#8F1219' },
  },
  {
    id: 'vetmark.changed',
    description: 'Code that changed since it was vetted: overview ruler and lists.',
    defaults: { light: '#6B3FA0', dark: '#C39BF2', highContrast: '#DCC2FF', highContrastLight: '#4F2B7C' },
  },
  {
    id: 'vetmark.vetted',
    description: 'Code that was vetted: lists.',
    defaults: { light: '#1F7A36', dark: '#7FC784', highContrast: '#9BE8A0', highContrastLight: '#14602A' },
  },
  {
    id: 'vetmark.unvettedBackground',
    description: 'Background of code that nobody has vetted, where `vetmark.background.show` is on.',
    defaults: { light: '#C98A0018', dark: '#D7A93F18', highContrast: '#FFD37022', highContrastLight: '#6B450014' },
  },
  {
    id: 'vetmark.findingsBackground',
    description: 'Background of code that nobody has vetted and that has findings, where `vetmark.background.show` is on.',
    defaults: { light: '#B4232A14', dark: '#F4877118', highContrast: '#FF9C8A22', highContrastLight: '#8F121914' },
  },
  {
    id: 'vetmark.changedBackground',
    description: 'Background of code that changed since it was vetted, where `vetmark.background.show` is on.',
    defaults: { light: '#6B3FA014', dark: '#C39BF218', highContrast: '#DCC2FF22', highContrastLight: '#4F2B7C14' },
  },
] as const;

export const EDITOR_SETTINGS = {
  'vetmark.codeLens.show': {
    type: 'string',
    enum: ['off', 'current', 'all'],
    enumDescriptions: ['No line above the code.', 'Above the region at the cursor.', 'Above every region that waits.'],
    default: 'off',
    scope: 'resource',
    order: 2,
    markdownDescription: 'Controls whether a CodeLens stands above regions to vet: *Vet*, *Not AI*, *What changed* and the number of findings.',
  },
  'vetmark.afterText.show': {
    type: 'string',
    enum: ['off', 'current'],
    enumDescriptions: ['No words behind the code.', 'Behind the first line of the region at the cursor.'],
    default: 'off',
    scope: 'resource',
    order: 2,
    markdownDescription: 'Controls whether the state, the author and the number of findings stand behind the code.',
  },
  'vetmark.background.show': {
    type: 'boolean',
    default: false,
    scope: 'resource',
    order: 3,
    markdownDescription: 'Controls whether regions to vet have a background. Its colours are `vetmark.unvettedBackground`, `vetmark.findingsBackground` and `vetmark.changedBackground`.',
  },
  'vetmark.gutter.showVetted': {
    type: 'boolean',
    default: false,
    scope: 'resource',
    order: 3,
    markdownDescription: 'Controls whether regions that were vetted keep a mark in the gutter.',
  },
} as const;
