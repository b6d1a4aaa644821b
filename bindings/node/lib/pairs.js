'use strict';

/** Headers cross the boundary flat, as in `req.rawHeaders`: name, value, name, value. */
function pairs(flat) {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}

module.exports = { pairs };
