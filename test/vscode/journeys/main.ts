/** The main job from end to end: generated code is marked, squiggled, fixed, vetted and gated. Nothing here reaches into the product; it is all seen or run. */
import { gateSteps, terminalSteps } from './main-terminal.ts';
import { findingSteps } from './main-findings.ts';
import { originSteps } from './main-origins.ts';
import { reviewSteps } from './main-review.ts';
import type { Step } from './journey.ts';

/** In order; each step builds on the ones before. */
export const mainJourney: readonly Step[] = [...originSteps, ...findingSteps, ...terminalSteps, ...reviewSteps, ...gateSteps];
