/**
 * What the extension contributes for the first minutes: the walkthrough and its commands, and what the manifest says of the whole.
 * Part of `contributes.ts`. Guards: a step is ticked off by what the person did, and nothing opens by itself.
 */

export const WELCOME_COMMANDS = [
  { command: 'vetmark.getStarted', title: 'Get Started', category: 'Vetmark' },
  { command: 'vetmark.openSample', title: 'Open a Sample to Vet', category: 'Vetmark' },
  { command: 'vetmark.addGate', title: 'Put the Gate into the Build...', category: 'Vetmark' },
] as const;

export const WALKTHROUGH = {
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
