'use strict';

// Made of the engine's table: `UPDATE=1 cargo test -p mcpauth-core --test presets`.

const { server } = require('./preset.js');

exports.logto = (parameters) => server('logto', parameters);
exports.auth0 = (parameters) => server('auth0', parameters);
exports.okta = (parameters) => server('okta', parameters);
exports.entra = (parameters) => server('entra', parameters);
exports.keycloak = (parameters) => server('keycloak', parameters);
exports.cognito = (parameters) => server('cognito', parameters);
exports.workos = (parameters) => server('workos', parameters);
exports.descope = (parameters) => server('descope', parameters);
exports.stytch = (parameters) => server('stytch', parameters);
exports.clerk = (parameters) => server('clerk', parameters);
exports.scalekit = (parameters) => server('scalekit', parameters);
exports.hydra = (parameters) => server('hydra', parameters);
exports.zitadel = (parameters) => server('zitadel', parameters);
exports.authentik = (parameters) => server('authentik', parameters);
exports.duende = (parameters) => server('duende', parameters);
exports.pingone = (parameters) => server('pingone', parameters);
exports.asgardeo = (parameters) => server('asgardeo', parameters);
exports.oidcProvider = (parameters) => server('oidc_provider', parameters);
exports.google = (parameters) => server('google', parameters);
exports.github = (parameters) => server('github', parameters);
