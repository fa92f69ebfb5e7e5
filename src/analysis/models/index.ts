/** All models in one table. */
import { browser } from './browser.ts';
import { databases } from './databases.ts';
import { language } from './language.ts';
import { combine } from './model.ts';
import { requests } from './requests.ts';
import { sanitizers } from './sanitizers.ts';

export const BUILT_IN = [language, requests, browser, databases, sanitizers];
export const MODELS = combine(BUILT_IN);
