package io.asyncio4j.os;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Forbids the calling thread some system calls for the rest of its life, as containers do. */
public final class Seccomp {
    public static final int IO_URING_SETUP = 425;
    public static final int IO_URING_ENTER = 426;
    public static final int IO_URING_REGISTER = 427;

    private static final int SYS_PRCTL = Os.X86_64 ? 157 : 167;
    private static final int NO_NEW_PRIVS = 38;
    private static final int SECCOMP = 22;
    private static final int FILTER = 2;
    private static final int INSTRUCTION = 8;
    private static final short LOAD_NUMBER = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    private static final int ALLOW = 0x7fff_0000;
    private static final int FAIL_WITH = 0x0005_0000;

    private Seccomp() {}

    /** Has the calls fail with EPERM in this thread from now on. */
    public static void forbid(int... calls) throws IOException {
        int count = calls.length + 3;
        NativeBuffer filter = NativeBuffer.allocate(count * INSTRUCTION);
        ByteBuffer b = filter.bytes();
        put(b, LOAD_NUMBER, 0, 0);
        for (int i = 0; i < calls.length; i++) {
            put(b, JUMP_IF_EQUAL, calls.length - i, calls[i]);
        }
        put(b, RETURN, 0, ALLOW);
        put(b, RETURN, 0, FAIL_WITH | Errno.EPERM);
        NativeBuffer program = NativeBuffer.allocate(16);
        program.bytes().putShort(0, (short) count).putLong(8, filter.address());
        Scratch scratch = Scratch.owned();
        NativeFunction syscall = Libc.variadic("syscall", 1);
        long first = syscall.call(scratch, SYS_PRCTL, NO_NEW_PRIVS, 1, 0, 0, 0);
        long second = syscall.call(scratch, SYS_PRCTL, SECCOMP, FILTER, program.address(), 0, 0);
        assumeTrue(first == 0 && second == 0, "seccomp filters do not work here");
    }

    private static void put(ByteBuffer program, short code, int ifTrue, int operand) {
        program.putShort(code).put((byte) ifTrue).put((byte) 0).putInt(operand);
    }
}
