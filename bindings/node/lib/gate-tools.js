'use strict';

/** The gate of a framework, with what else can be asked of it. */
function withTools(gate, guard) {
  return Object.assign(gate, {
    visibleTools: (auth, listing) => guard.visibleTools(auth, listing),
    unregistered: (registered) => guard.unregistered(registered),
  });
}

module.exports = { withTools };
