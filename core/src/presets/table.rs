//! The providers, as of November 2026. What is not said here is the engine's default.

use super::ParameterKind::{
    BaseUrl, Domain, Flag, Guid, Names, Segment, Text, Texts, TokenType, Url as AnyUrl,
};
use super::{Form, Parameter, Preset};

const TYPE: &str = "Tokens need not have the type at+jwt (RFC 9068 section 4).";
const TYPE_UNLESS_STRICT: &str =
    "Tokens need not have the type at+jwt (RFC 9068 section 4), unless token_type is strict.";
const CLIENTS: &str =
    "Tokens without an audience are accepted of the clients in clients_without_audience.";
const CLIENTS_WITHOUT_AUDIENCE: Parameter = Parameter::optional(
    "clients_without_audience",
    Texts,
    "client ids whose tokens may lack an audience; better bind them to the resource",
);

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "logto",
        title: "Logto",
        parameters: &[Parameter::required(
            "endpoint",
            BaseUrl,
            "the endpoint of the tenant, such as https://tenant1.logto.app",
        )],
        relaxes: &[],
        form: Form::Server(
            r#"{"issuer": "{endpoint}/oidc", "type": "oidc", "token_type": "strict"}"#,
        ),
    },
    Preset {
        name: "auth0",
        title: "Auth0",
        parameters: &[
            Parameter::required(
                "domain",
                Domain,
                "the domain of the tenant that is advertised, such as acme.us.auth0.com",
            ),
            Parameter::optional(
                "custom_domain",
                Domain,
                "another domain of the tenant, whose tokens are accepted too",
            ),
            Parameter::optional(
                "token_type",
                TokenType,
                "which types tokens may have: strict for APIs with the RFC 9068 profile, which is recommended",
            ),
        ],
        relaxes: &[TYPE_UNLESS_STRICT],
        form: Form::Server(
            r#"{
                "issuer": "https://{domain}/", "type": "oidc",
                "token_issuers": ["https://{domain}/", "https://{custom_domain}/"],
                "token_type": "{token_type}"
            }"#,
        ),
    },
    Preset {
        name: "okta",
        title: "Okta, custom authorization server",
        parameters: &[
            Parameter::required(
                "domain",
                Domain,
                "the domain of the organization, such as acme.okta.com",
            ),
            Parameter::required(
                "authorization_server_id",
                Segment,
                "the id of the custom authorization server, such as default; tokens of the organization's own are opaque",
            ),
            Parameter::optional(
                "audience",
                Text,
                "the audience of the authorization server, where it is not the resource identifier",
            ),
            Parameter::optional(
                "subject_claims",
                Texts,
                "the claims to take the subject from, uid before sub for instance: sub may be a login name that changes hands",
            ),
        ],
        relaxes: &[
            TYPE,
            "The audience is accepted beside the resource identifier; with api://default, which other APIs share, a scope must be required.",
        ],
        form: Form::Server(
            r#"{
                "issuer": "https://{domain}/oauth2/{authorization_server_id}", "type": "oidc",
                "subject_claims": ["{subject_claims}"],
                "audience": ["{audience} if audience is not api://default"],
                "wide_audience": ["{audience} if audience is api://default"]
            }"#,
        ),
    },
    Preset {
        name: "entra",
        title: "Microsoft Entra ID, one tenant",
        parameters: &[
            Parameter::required(
                "tenant_id",
                Guid,
                "the id of the tenant; trust several tenants by an entry each",
            ),
            Parameter::required(
                "app_id",
                Guid,
                "the application (client) id of the API, the audience of v2 tokens",
            ),
            Parameter::optional(
                "app_id_uri",
                Text,
                "the App ID URI of the API, the audience of v1 tokens",
            ),
            Parameter::optional(
                "v1_tokens",
                Flag,
                "whether v1 tokens, whose issuer is sts.windows.net, are accepted too",
            ),
            Parameter::optional(
                "app_only",
                Flag,
                "whether tokens are v2 tokens of applications without a user, which need roles and azp in place of scp",
            ),
            Parameter::optional(
                "scope_names",
                Names,
                "scopes as they are asked for with the name that tokens carry, such as api://notes/read: read",
            ),
        ],
        relaxes: &[
            TYPE,
            "The ids of the application are accepted as audience beside the resource identifier.",
        ],
        form: Form::Server(
            r#"{
                "issuer": "https://login.microsoftonline.com/{tenant_id}/v2.0", "type": "oidc",
                "token_issuers": [
                    "https://login.microsoftonline.com/{tenant_id}/v2.0",
                    "https://sts.windows.net/{tenant_id}/ if v1_tokens is true"
                ],
                "scope_names": "{scope_names}",
                "audience": ["{app_id}", "{app_id_uri}"],
                "required_claims": [
                    "scp if app_only is not true", "roles if app_only is true", "azp if app_only is true"
                ]
            }"#,
        ),
    },
    Preset {
        name: "keycloak",
        title: "Keycloak",
        parameters: &[
            Parameter::required(
                "base_url",
                BaseUrl,
                "the URL of the server, such as https://kc.example.com",
            ),
            Parameter::required("realm", Segment, "the realm"),
            Parameter::optional(
                "token_type",
                TokenType,
                "which types tokens may have: strict where clients are set to at+jwt access tokens",
            ),
        ],
        relaxes: &[TYPE_UNLESS_STRICT],
        form: Form::Server(
            r#"{"issuer": "{base_url}/realms/{realm}", "type": "oidc", "token_type": "{token_type}"}"#,
        ),
    },
    Preset {
        name: "cognito",
        title: "AWS Cognito",
        parameters: &[
            Parameter::required("region", Segment, "the region, such as us-east-1"),
            Parameter::required(
                "user_pool_id",
                Segment,
                "the id of the user pool, such as us-east-1_AbCdEf123",
            ),
            CLIENTS_WITHOUT_AUDIENCE,
        ],
        relaxes: &[TYPE, CLIENTS],
        form: Form::Server(
            r#"{
                "issuer": "https://cognito-idp.{region}.amazonaws.com/{user_pool_id}", "type": "oidc",
                "clients_without_audience": ["{clients_without_audience}"],
                "required_claims": ["token_use"]
            }"#,
        ),
    },
    Preset {
        name: "workos",
        title: "WorkOS AuthKit",
        parameters: &[Parameter::required(
            "domain",
            Domain,
            "the AuthKit domain, such as acme.authkit.app",
        )],
        relaxes: &[TYPE],
        form: Form::Server(r#"{"issuer": "https://{domain}", "type": "oauth"}"#),
    },
    Preset {
        name: "descope",
        title: "Descope, MCP server",
        parameters: &[
            Parameter::required("project_id", Segment, "the id of the project"),
            Parameter::required("mcp_server_id", Segment, "the id of the MCP server"),
            Parameter::optional(
                "base_url",
                BaseUrl,
                "the URL of the service or of a custom domain",
            )
            .or("https://api.descope.com"),
            Parameter::optional(
                "token_issuers",
                Texts,
                "more issuers of its tokens, such as those of the project or of a tenant",
            ),
        ],
        relaxes: &[
            TYPE,
            "The id of the project, which other APIs share, is accepted as audience, so that a scope must be required.",
        ],
        form: Form::Server(
            r#"{
                "issuer": "{base_url}/v1/apps/agentic/{project_id}/{mcp_server_id}",
                "jwks_uri": "{base_url}/{project_id}/.well-known/jwks.json",
                "token_issuers": [
                    "{base_url}/v1/apps/agentic/{project_id}/{mcp_server_id}", "{token_issuers}"
                ],
                "wide_audience": ["{project_id}"]
            }"#,
        ),
    },
    Preset {
        name: "stytch",
        title: "Stytch Connected Apps",
        parameters: &[
            Parameter::required(
                "domain",
                Domain,
                "the domain of the project, such as acme.customers.stytch.com",
            ),
            Parameter::required(
                "project_id",
                Segment,
                "the id of the project, the audience of its tokens",
            ),
            Parameter::optional(
                "legacy_issuer",
                Flag,
                "whether tokens of the issuer stytch.com/<project id> are accepted too",
            ),
            Parameter::optional(
                "jwks_uri",
                AnyUrl,
                "the URL of the keys, where the domain does not publish them",
            ),
        ],
        relaxes: &[
            TYPE,
            "The id of the project, which other APIs share, is accepted as audience, so that a scope must be required.",
        ],
        form: Form::Server(
            r#"{
                "issuer": "https://{domain}", "type": "oauth", "jwks_uri": "{jwks_uri}",
                "token_issuers": ["https://{domain}", "stytch.com/{project_id} if legacy_issuer is true"],
                "wide_audience": ["{project_id}"]
            }"#,
        ),
    },
    // Sessions, ID tokens and access tokens share one issuer and one key: the type is the only wall.
    Preset {
        name: "clerk",
        title: "Clerk",
        parameters: &[
            Parameter::required(
                "frontend_api",
                Domain,
                "the domain of the Frontend API, such as clerk.example.com",
            ),
            CLIENTS_WITHOUT_AUDIENCE,
        ],
        relaxes: &[CLIENTS],
        form: Form::Server(
            r#"{
                "issuer": "https://{frontend_api}", "type": "oauth", "token_type": "strict",
                "clients_without_audience": ["{clients_without_audience}"]
            }"#,
        ),
    },
    Preset {
        name: "scalekit",
        title: "Scalekit, MCP server",
        parameters: &[
            Parameter::required(
                "environment_url",
                BaseUrl,
                "the URL of the environment, such as https://acme.scalekit.com",
            ),
            Parameter::required(
                "resource_id",
                Segment,
                "the id of the MCP server, which begins with res_",
            ),
        ],
        relaxes: &[
            TYPE,
            "The id of the MCP server is accepted as audience beside the resource identifier.",
            "Tokens of the environment's issuer are accepted beside those of the server that is advertised.",
        ],
        form: Form::Server(
            r#"{
                "issuer": "{environment_url}/resources/{resource_id}", "jwks_uri": "{environment_url}/keys",
                "token_issuers": ["{environment_url}", "{environment_url}/resources/{resource_id}"],
                "audience": ["{resource_id}"]
            }"#,
        ),
    },
    Preset {
        name: "hydra",
        title: "Ory Hydra, JWT access tokens",
        parameters: &[Parameter::required(
            "issuer",
            AnyUrl,
            "the issuer as tokens spell it, with the slash at its end or without",
        )],
        relaxes: &[TYPE],
        form: Form::Server(r#"{"issuer": "{issuer}", "type": "oidc"}"#),
    },
    // Tokens have no scopes, so the project's roles tell its APIs from others (providers: a wide audience needs a scope
    // or the like).
    Preset {
        name: "zitadel",
        title: "ZITADEL, JWT access tokens",
        parameters: &[
            Parameter::required(
                "domain",
                Domain,
                "the domain of the instance, such as acme-x1.zitadel.cloud",
            ),
            Parameter::required(
                "project_id",
                Segment,
                "the id of the project, the audience of its tokens",
            ),
        ],
        relaxes: &[
            TYPE,
            "The id of the project, which its other APIs share, is accepted as audience; tokens have no scopes, so a role of the project is required instead.",
        ],
        form: Form::Server(
            r#"{
                "issuer": "https://{domain}", "type": "oidc",
                "audience": ["{project_id}"],
                "required_claims": ["urn:zitadel:iam:org:project:{project_id}:roles"]
            }"#,
        ),
    },
    Preset {
        name: "authentik",
        title: "authentik",
        parameters: &[
            Parameter::required(
                "base_url",
                BaseUrl,
                "the URL of the server, such as https://auth.example.com",
            ),
            Parameter::required("slug", Segment, "the slug of the application"),
            Parameter::required(
                "client_id",
                Text,
                "the client id of its provider, the audience of its tokens",
            ),
        ],
        relaxes: &[
            TYPE,
            "The client id, which every token of the application has, is accepted as audience, so that a scope must be required.",
        ],
        form: Form::Server(
            r#"{
                "issuer": "{base_url}/application/o/{slug}/", "type": "oidc",
                "wide_audience": ["{client_id}"],
                "required_claims": ["scope", "azp"]
            }"#,
        ),
    },
    Preset {
        name: "duende",
        title: "Duende IdentityServer",
        parameters: &[
            Parameter::required(
                "issuer",
                AnyUrl,
                "the issuer, which should be pinned in IdentityServer",
            ),
            Parameter::optional(
                "api_resource",
                Text,
                "the name of the ApiResource, where it is not the resource identifier",
            ),
        ],
        relaxes: &[
            "The name of the ApiResource is accepted as audience beside the resource identifier.",
        ],
        form: Form::Server(
            r#"{"issuer": "{issuer}", "type": "oidc", "token_type": "strict", "audience": ["{api_resource}"]}"#,
        ),
    },
    Preset {
        name: "pingone",
        title: "PingOne",
        parameters: &[
            Parameter::required("environment_id", Guid, "the id of the environment"),
            Parameter::optional("top_level_domain", Domain, "that of the region, such as eu")
                .or("com"),
            Parameter::optional(
                "audience",
                Text,
                "the audience of the custom resource, where it is not the resource identifier",
            ),
            Parameter::optional(
                "token_type",
                TokenType,
                "which types tokens may have: strict from 2027-03-02 on, when all have the type at+jwt",
            ),
        ],
        relaxes: &[
            TYPE_UNLESS_STRICT,
            "The audience is accepted beside the resource identifier.",
        ],
        form: Form::Server(
            r#"{
                "issuer": "https://auth.pingone.{top_level_domain}/{environment_id}/as", "type": "oidc",
                "token_type": "{token_type}", "audience": ["{audience}"]
            }"#,
        ),
    },
    Preset {
        name: "asgardeo",
        title: "Asgardeo",
        parameters: &[
            Parameter::required("organization", Segment, "the name of the organization"),
            Parameter::optional("base_url", BaseUrl, "the URL of the service")
                .or("https://api.asgardeo.io"),
        ],
        relaxes: &[],
        form: Form::Server(
            r#"{"issuer": "{base_url}/t/{organization}/oauth2/token", "type": "oidc", "token_type": "strict"}"#,
        ),
    },
    Preset {
        name: "oidc_provider",
        title: "node-oidc-provider",
        parameters: &[Parameter::required(
            "issuer",
            AnyUrl,
            "the issuer as tokens spell it",
        )],
        relaxes: &[],
        form: Form::Server(r#"{"issuer": "{issuer}", "type": "oidc", "token_type": "strict"}"#),
    },
    Preset {
        name: "google",
        title: "Google",
        parameters: &[],
        relaxes: &[],
        form: Form::Refused(
            "cannot trust Google: its access tokens are opaque and bound to no resource, so that a token for any other service would open this one; trust an authorization server of your own that signs users in with Google",
        ),
    },
    Preset {
        name: "github",
        title: "GitHub",
        parameters: &[],
        relaxes: &[],
        form: Form::Refused(
            "cannot trust GitHub: its access tokens are opaque and bound to no resource, so that a token for any other service would open this one; trust an authorization server of your own that signs users in with GitHub",
        ),
    },
];
