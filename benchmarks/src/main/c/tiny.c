/*
 * The child of the spawn races: as little as a program can do, so that what is measured is the
 * parent. Built three times:
 *
 *   tiny         exits with status 0
 *   tiny-hello   (-DHELLO) writes six bytes to standard output, then exits with status 0
 *   tiny-idle    (-DIDLE) sleeps until it is signalled; an alarm ends it after ten minutes, so that
 *                a parent that was killed leaves nothing behind for long
 *
 * On x86-64 and AArch64 Linux it is built with -nostdlib -static (FREESTANDING): no dynamic linker,
 * no relocation, no libc start-up. Elsewhere it is an ordinary program.
 */
#ifdef FREESTANDING

enum {
#if defined(__x86_64__)
    SYS_WRITE = 1, SYS_SETITIMER = 38, SYS_EXIT_GROUP = 231, SYS_PPOLL = 271
#elif defined(__aarch64__)
    SYS_WRITE = 64, SYS_PPOLL = 73, SYS_EXIT_GROUP = 94, SYS_SETITIMER = 103
#else
#error "no freestanding build for this processor"
#endif
};

static long call(long number, long a, long b, long c, long d, long e) {
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
#else
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
                     : "memory");
    return x0;
#endif
}

void _start(void) {
#if defined(HELLO)
    static const char text[] = "hello\n";
    call(SYS_WRITE, 1, (long) text, 6, 0, 0);
#elif defined(IDLE)
    static const long tenMinutes[4] = {0, 0, 600, 0};
    call(SYS_SETITIMER, 0, (long) tenMinutes, 0, 0, 0);
    for (;;) call(SYS_PPOLL, 0, 0, 0, 0, 0);
#endif
    for (;;) call(SYS_EXIT_GROUP, 0, 0, 0, 0, 0);
}

#else /* an ordinary program */

#include <unistd.h>

int main(void) {
#if defined(HELLO)
    if (write(1, "hello\n", 6) != 6) _exit(1);
#elif defined(IDLE)
    alarm(600);
    for (;;) pause();
#endif
    _exit(0);
}

#endif
