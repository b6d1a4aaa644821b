/* What device.c wants of the board that it runs on. */
#ifndef BOARD_H
#define BOARD_H

#include <mcpauth_embedded.h>

/* Writes to the console. */
void board_write(const char *text, size_t length);

/* Fills the free part of the stack with a pattern; then tells how many bytes below the caller have been overwritten. */
void board_stack_paint(void);
size_t board_stack_used(void);

/* Where the board's own verification of signatures would be: one that trusts nobody. */
int32_t board_verify(void *userdata, uint32_t algorithm, mcpauth_embedded_view key, mcpauth_embedded_view message,
                     mcpauth_embedded_view signature);

#endif
