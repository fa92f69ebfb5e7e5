// Stands for `typescript` in chunks one folder below the bundle's: see ../cli-bundle.mjs.
module.exports = require('../typescript.cjs');
