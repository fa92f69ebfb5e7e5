/** The walls of the house; the table is scripts/walls.mjs. */
import { rules } from './scripts/walls.mjs';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: rules(),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], mainFields: ['module', 'main', 'types'] },
  },
};
