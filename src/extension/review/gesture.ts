/**
 * The only place of the extension where a person's gesture becomes proof of presence.
 * Invariant 4: only a person reviews. A command can be run by any extension and its caller cannot be told on the stable API; so no command
 * signs. What signs is a press of the button on our own page (nobody else can post there, and the page takes trusted events only) or of a
 * button in a modal dialog, which only a person can press: there is no command that presses one, as there is for lists and input boxes.
 */
import * as vscode from 'vscode';
import type { Human } from '#core/review';

/** A press on the checklist page: it must bring the number that this sitting's page was given. `undefined`: it did not. */
export function pressed(given: string, brought: string): Human | undefined {
  return given !== '' && given === brought ? prove('pressed "Mark as vetted" on the checklist page') : undefined;
}

/** Asks in a modal dialog. `undefined`: the person did not agree. */
export async function agreed(message: string, detail: string, button: string): Promise<Human | undefined> {
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, button);
  return answer === button ? prove(`agreed to "${button}" in a dialog`) : undefined;
}

function prove(gesture: string): Human {
  return { gesture } as Human;
}
