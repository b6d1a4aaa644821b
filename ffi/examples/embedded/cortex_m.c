/* A Cortex-M3 in QEMU as a board: reset, console and exit by semihosting, and how deep the stack has been. Where a program
 * has a board support package, all but the last is there already. */
#include "board.h"

extern uint32_t __bss_start, __bss_end, __stack_top, __end;
int main(void);

static int semihosting(int operation, const void *argument) {
    register int code __asm__("r0") = operation;
    register const void *block __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(code) : "r"(block) : "memory");
    return code;
}

static void finish(int status) {
    /* SYS_EXIT with ADP_Stopped_ApplicationExit, or with ADP_Stopped_RunTimeErrorUnknown. */
    for (;;) semihosting(0x18, (const void *)(uintptr_t)(status == 0 ? 0x20026 : 0x20023));
}

void reset(void) {
    for (uint32_t *word = &__bss_start; word < &__bss_end; word++) *word = 0;
    finish(main());
}

void fault(void) { finish(1); }

__attribute__((section(".vectors"), used)) static const struct {
    const void *stack;
    void (*handlers[15])(void);
} vectors = {&__stack_top, {reset, fault, fault, fault, fault, fault}};

void board_write(const char *text, size_t length) {
    for (size_t index = 0; index < length; index++) semihosting(0x03, text + index); /* SYS_WRITEC */
}

/* Each measure is of what lies below the frame of board_stack_paint, so the calls that are measured begin where it did. */
#define PAINT 0x5ac35ac3u
static uint32_t *painted;

static uint32_t *stack_pointer(void) {
    uint32_t *pointer;
    __asm__ volatile("mov %0, sp" : "=r"(pointer));
    return pointer;
}

__attribute__((noinline)) void board_stack_paint(void) {
    painted = stack_pointer();
    for (volatile uint32_t *word = &__end; word < painted; word++) *word = PAINT;
}

__attribute__((noinline)) size_t board_stack_used(void) {
    uint32_t *word = &__end;
    while (word < painted && *(volatile uint32_t *)word == PAINT) word++;
    return (size_t)(painted - word) * sizeof *word;
}

int32_t board_verify(void *userdata, uint32_t algorithm, mcpauth_embedded_view key, mcpauth_embedded_view message,
                     mcpauth_embedded_view signature) {
    (void)userdata, (void)algorithm, (void)key, (void)message, (void)signature;
    return 0;
}
