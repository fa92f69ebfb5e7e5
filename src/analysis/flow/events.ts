/** What one run of the engine hands to the rules: every call, assignment, element and tagged text it saw, with the values that flowed there. */
import type { Call, Element, Expr, Fn, Member, Node, Program, Slot, Template } from './program.ts';
import type { Value } from './value.ts';

export interface CallEvent {
  readonly node: Call;
  /** Dotted path of what is called, when known: `child_process.exec`. */
  readonly api?: string;
  /** The last name of the callee: `exec`. */
  readonly name: string;
  readonly receiver?: Value;
  readonly args: readonly Value[];
  readonly result: Value;
  /** The function the call stands in. */
  readonly fn?: Fn;
}

export interface AssignEvent {
  readonly node: Member;
  readonly api?: string;
  /** Absent: a computed member. */
  readonly key?: string;
  readonly keyValue?: Value;
  readonly object: Value;
  readonly value: Value;
  readonly valueNode: Expr;
  readonly fn?: Fn;
}

export interface ElementEvent {
  readonly node: Element;
  readonly attributes: ReadonlyMap<string, { readonly value: Value; readonly node: Node; readonly valueNode: Expr }>;
}

export interface TaggedEvent {
  readonly node: Template;
  readonly api?: string;
  readonly name: string;
  readonly values: readonly Value[];
}

/** An object with a `statusCode`: what a serverless function answers. */
export interface AnswerEvent {
  readonly fields: ReadonlyMap<string, Value>;
}

/** What an entry, called by no one in this text, returned. */
export interface ReturnEvent {
  readonly fn: Fn;
  readonly value: Value;
  readonly node: Expr;
}

/** What one run of the engine saw. A node that ran in several contexts has an event for each. */
export interface Flow {
  readonly program: Program;
  readonly calls: readonly CallEvent[];
  readonly assigns: readonly AssignEvent[];
  readonly elements: readonly ElementEvent[];
  readonly tagged: readonly TaggedEvent[];
  readonly answers: readonly AnswerEvent[];
  readonly returns: readonly ReturnEvent[];
  /** The one initialiser of each constant. */
  readonly definitions: ReadonlyMap<Slot, Expr>;
  /** The engine stopped before it had seen everything. */
  readonly incomplete: boolean;
}
