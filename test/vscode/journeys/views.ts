/** Reviewing what an agent wrote in several files, by keyboard and by mouse: the lists, the ways between regions, comparing, fixing, in three themes. */
import { everyoneSteps } from './views-everyone.ts';
import { findingListSteps } from './views-findings.ts';
import { regionListSteps } from './views-regions.ts';
import type { Step } from './journey.ts';

/** In order; each step builds on the ones before. */
export const viewsJourney: readonly Step[] = [...regionListSteps, ...findingListSteps, ...everyoneSteps];
