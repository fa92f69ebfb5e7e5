// Stands for `typescript` in a bundle of one file: see ../cli-bundle.mjs.
module.exports = require('./typescript.cjs');
