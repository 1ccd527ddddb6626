package io.asyncio4j.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.asyncio4j.annotation.Nullable;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/**
 * Functions and variables of the C library, by name.
 *
 * <p>Every function is linked as if it took six 64-bit integers and returned one. The first handle
 * of a shape costs the JVM tens of milliseconds of code generation, a further one of the same shape
 * well under one, and the start-up time matters for command-line tools. This is correct because
 * every 64-bit ABI supported here passes the first six integer and pointer arguments in registers:
 * a callee that takes fewer ignores the rest, and one that takes an {@code int} ignores the upper
 * half (arguments are passed sign-extended for the ABIs that demand it). Of an {@code int} result
 * only the lower half is defined: the caller narrows it.
 *
 * <p>For the same reason variadic functions get their own option, and so their own shape, only
 * where the ABI treats them differently, which is macOS. On Linux the linker always tells an x86-64
 * callee that no vector registers are used, and AArch64 makes no difference.
 */
final class Libc {
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    /** Initialised only where native calls may be made. */
    private static final class Native {
        static final Linker LINKER = Linker.nativeLinker();
        static final SymbolLookup LOOKUP = LINKER.defaultLookup();
        static final MethodHandle CALL = link(ERRNO);
    }

    private Libc() {}

    /**
     * The function of that name. If there is none, or native calls may not be made, calling the
     * result says so: an exception from here would come out of the static initialiser of some
     * class, which would then be unusable and could not give the reason a second time.
     */
    static NativeFunction function(String name) {
        MemorySegment symbol = symbol(name);
        return new NativeFunction(name, symbol == null ? null : Native.CALL, symbol);
    }

    /** The same for a function with {@code fixed} arguments before the dots. */
    static NativeFunction variadic(String name, int fixed) {
        if (Os.HOST != Os.MAC) {
            return function(name);
        }
        MemorySegment symbol = symbol(name);
        MethodHandle call =
                symbol == null ? null : link(ERRNO, Linker.Option.firstVariadicArg(fixed));
        return new NativeFunction(name, call, symbol);
    }

    /** The address of a function or variable, or 0 if the C library has none of that name. */
    static long address(String name) {
        MemorySegment symbol = symbol(name);
        return symbol == null ? 0 : symbol.address();
    }

    /** Reads the pointer or {@code long} stored at a native address. */
    @SuppressWarnings("restricted")
    static long peekLong(long address) {
        return MemorySegment.ofAddress(address)
                .reinterpret(Long.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .getLong(0);
    }

    private static @Nullable MemorySegment symbol(String name) {
        return NativeAccess.available() ? Native.LOOKUP.find(name).orElse(null) : null;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(Linker.Option... options) {
        return Native.LINKER.downcallHandle(SHAPE, options);
    }
}
