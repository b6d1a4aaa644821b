/* Tokens for the example, valid until 2027-01-15T08:05:00Z, as a client would send them. Signed by an independent library:
 *     tests/vectors/tools/sign.py token p256 ES256 '{"iss":"https://issuer.example","aud":"https://device.example/mcp","sub":"user-1","client_id":"c1","iat":1799999940,"exp":1800000300,"jti":"j1","scope":"mcp:read mcp:write"}'
 * and likewise p384 ES384 and ed25519 EdDSA; sign.py jwk wrote jwks.json. */

#define TOKEN_ES256 \
    "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6InAyNTYifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtc" \
    "GxlIiwiYXVkIjoiaHR0cHM6Ly9kZXZpY2UuZXhhbXBsZS9tY3AiLCJzdWIiOiJ1c2VyLTEiLCJjbGllbnRfaWQiOiJjMSIsI" \
    "mlhdCI6MTc5OTk5OTk0MCwiZXhwIjoxODAwMDAwMzAwLCJqdGkiOiJqMSIsInNjb3BlIjoibWNwOnJlYWQgbWNwOndyaXRlI" \
    "n0.gC1une7dESmM6GFiJL_PGhoLZGlpiA00X08zHTOFzeP_f1LHy8Cqmh0efFIqwapwHOHIdUDthCuFkr4V8OilRQ"

#define TOKEN_ES384 \
    "eyJhbGciOiJFUzM4NCIsInR5cCI6ImF0K2p3dCIsImtpZCI6InAzODQifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtc" \
    "GxlIiwiYXVkIjoiaHR0cHM6Ly9kZXZpY2UuZXhhbXBsZS9tY3AiLCJzdWIiOiJ1c2VyLTEiLCJjbGllbnRfaWQiOiJjMSIsI" \
    "mlhdCI6MTc5OTk5OTk0MCwiZXhwIjoxODAwMDAwMzAwLCJqdGkiOiJqMSIsInNjb3BlIjoibWNwOnJlYWQgbWNwOndyaXRlI" \
    "n0.gQlihGBdWN9vgG5ApF6mlx4PQRh_SCTNHIoCa_nNpiOrkC4ldLs8iQcFNY0gjyYNBD0LR3WzCm2R_GaZceCRxKRA6cGQ2" \
    "ezTNdhW8wvIAKt6GCX0imhvpKN52Qlr0u4-"

#define TOKEN_EDDSA \
    "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImVkMjU1MTkifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5le" \
    "GFtcGxlIiwiYXVkIjoiaHR0cHM6Ly9kZXZpY2UuZXhhbXBsZS9tY3AiLCJzdWIiOiJ1c2VyLTEiLCJjbGllbnRfaWQiOiJjM" \
    "SIsImlhdCI6MTc5OTk5OTk0MCwiZXhwIjoxODAwMDAwMzAwLCJqdGkiOiJqMSIsInNjb3BlIjoibWNwOnJlYWQgbWNwOndya" \
    "XRlIn0.yaMRuMf2UdA2o9IC2349XgbTj_cMfH6rJ-_wImypMvMjMGiEQnnK3wyk0v3Nysik2rFSwBtdLbsf1ptaPdNuDQ"
