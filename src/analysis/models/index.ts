/** All models in one table. */
import { combine } from './model.ts';
import { databases } from './databases.ts';
import { language } from './language.ts';
import { requests } from './requests.ts';
import { sanitizers } from './sanitizers.ts';

export const MODELS = combine([language, requests, databases, sanitizers]);
