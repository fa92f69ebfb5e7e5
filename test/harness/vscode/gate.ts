/**
 * Puts VS Code's own proposed-API gate back into code-server's build, which answers "enabled" to every extension.
 * Invariant: a proposal is on only where the window's payload names `enableProposedApi` and the extension declares it, as in a stable desktop build.
 */

const probes = ['textDocumentChangeReason', 'inlineCompletionsAdditions', 'chatParticipantAdditions'];

/** The extension host's bundle with the gate restored. Throws if the patched function is not found: an open gate makes every test a false green. */
export function gateHost(bundle: string): string {
  return gateCalls(bundle, 'extensionHostProcess.js');
}

/** The workbench's bundle with the gate restored, and with the switch per window that the payload's `enableProposedApi` sets. */
export function gateWorkbench(bundle: string): string {
  const gated = gateCalls(bundle, 'workbench.js');
  const open = 'this._envEnablesProposedApiForAll=!0,';
  if (count(gated, open) !== 1) throw missing('workbench.js', open);
  const service = /constructor\((?:[\w$]+),([\w$]+),[\w$]+\)\{[^{}]*this\._envEnabledExtensions=new Set\(\(\1\.extensionEnabledProposedApi/;
  const environment = service.exec(gated)?.[1];
  if (environment === undefined) throw missing('workbench.js', 'the constructor that reads extensionEnabledProposedApi');
  return gated.replace(open, () => `this._envEnablesProposedApiForAll=${environment}.extensionEnabledProposedApi!==void 0&&this._envEnabledExtensions.size===0,`);
}

function gateCalls(bundle: string, file: string): string {
  const asked = new RegExp(`([\\w$]+)\\([\\w$]+,"(?:${probes.join('|')})"\\)`, 'g');
  const names = new Set([...bundle.matchAll(asked)].map((match) => match[1] ?? ''));
  let text = bundle;
  let restored = 0;
  for (const name of names) {
    const open = new RegExp(`function ${name.replaceAll('$', '\\$')}\\(([\\w$]+),([\\w$]+)\\)\\{return!0\\}`, 'g');
    text = text.replace(open, (_whole, extension: string, proposal: string) => {
      restored += 1;
      return `function ${name}(${extension},${proposal}){return!!(${extension}.enabledApiProposals&&${extension}.enabledApiProposals.includes(${proposal}))}`;
    });
  }
  if (restored !== 1) throw missing(file, `exactly one always-true gate (found ${restored})`);
  return text;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function missing(file: string, what: string): Error {
  return new Error(
    `The stable-API gate could not be restored: ${file} does not hold ${what}. Tests would run with every proposed API on and prove nothing about a stable VS Code. ` +
      'Compare the pinned code-server with its patches/proposed-api.diff and adapt test/harness/vscode/gate.ts.',
  );
}
