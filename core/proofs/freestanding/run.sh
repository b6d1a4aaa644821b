# Builds the freestanding program without std and alloc, and asks it for decisions. Part of core/tests/no_std.sh.

program=$root/target/no-std/$host/release/freestanding
metadata='{"resource":"https://rs.example/mcp","authorization_servers":["https://issuer.example"],"bearer_methods_supported":["header"]}'
signature=${token##*.}
tampered=${token%.*}.Z${signature#?} # The token's own signature does not begin so.
url=https://rs.example/.well-known/oauth-protected-resource/mcp

# decides STATUS OUTPUT ARGUMENT...: the program ends with that status and writes exactly that.
decides() {
    status=$1 output=$2
    shift 2
    seen=$("$program" "$@")
    ended=$?
    echo "status $ended: $seen"
    [ "$ended" = "$status" ] && [ "$seen" = "$output" ]
}

# refused STATUS TEXT ARGUMENT...: the metadata document, then a challenge with that text.
refused() {
    status=$1
    challenge="Bearer resource_metadata=\"$url\", scope=\"mcp:read\", error=\"invalid_token\", error_description=\"$2\""
    shift 2
    decides "$status" "$metadata
$challenge" "$@"
}

stands_alone() {
    headers=$(readelf -lW "$program") && ! echo "$headers" | grep -E 'INTERP|DYNAMIC' && [ -z "$(nm -u "$program" 2>/dev/null)" ]
}

if [ "$host" = x86_64-unknown-linux-gnu ]; then
    rm -f "$program" # So that none of an earlier build answers for this one.
    verify "the ground floor builds without std and alloc" \
        against sysroot-core build --release --manifest-path core/proofs/Cargo.toml --package freestanding
    verify "the program needs no library and no loader" stands_alone
    verify "a good token is admitted" decides 0 "$metadata" 1800000000 "Bearer $token" "$jwks"
    verify "the last second of its life" decides 0 "$metadata" 1800000359 "Bearer $token" "$jwks"
    verify "the first second after" refused 121 "The access token expired" 1800000360 "Bearer $token" "$jwks"
    verify "a tampered token" refused 118 "The signature of the access token is invalid" 1800000000 "Bearer $tampered" "$jwks"
    verify "a token without its key" refused 117 "No key of the issuer fits the access token" 1800000000 "Bearer $token" '{"keys":[]}'
    echo "freestanding: $(sizes "$program")"
else
    echo "SKIP freestanding: it is a program for x86_64-unknown-linux-gnu, this is $host"
fi
