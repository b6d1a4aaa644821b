/* A platform's own verification of signatures, as a device would have it: ES256 and ES384 with mbedTLS, where MBEDTLS is
 * defined. */
#ifdef MBEDTLS
#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>
#include <mcpauth_embedded.h>

static int32_t platform_verify(void *userdata, uint32_t algorithm, mcpauth_embedded_view key, mcpauth_embedded_view message,
                               mcpauth_embedded_view signature) {
    int is_384 = algorithm == MCPAUTH_EMBEDDED_ES384;
    size_t half = signature.length / 2, hash_length = is_384 ? 48 : 32;
    uint8_t hash[48];
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_mpi r, s;
    int failed;
    (void)userdata;
    if (algorithm != MCPAUTH_EMBEDDED_ES256 && !is_384) return 0;
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    failed = mbedtls_md(mbedtls_md_info_from_type(is_384 ? MBEDTLS_MD_SHA384 : MBEDTLS_MD_SHA256), message.data,
                        message.length, hash) ||
             mbedtls_ecp_group_load(&group, is_384 ? MBEDTLS_ECP_DP_SECP384R1 : MBEDTLS_ECP_DP_SECP256R1) ||
             mbedtls_ecp_point_read_binary(&group, &point, key.data, key.length) ||
             mbedtls_ecp_check_pubkey(&group, &point) || mbedtls_mpi_read_binary(&r, signature.data, half) ||
             mbedtls_mpi_read_binary(&s, signature.data + half, half) ||
             mbedtls_ecdsa_verify(&group, hash, hash_length, &point, &r, &s);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
    return failed ? 0 : MCPAUTH_EMBEDDED_SIGNATURE_HOLDS;
}
#endif
