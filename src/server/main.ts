/** The worker: a process of its own that is given texts and gives findings back, over the Language Server Protocol. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './session.ts';

serve(createConnection(ProposedFeatures.all));
