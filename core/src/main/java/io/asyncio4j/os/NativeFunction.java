package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A C function, ready to be called. A record, because the JIT trusts a record's fields: a call
 * through one in a {@code static final} field compiles to the bare call.
 *
 * <p>The handle is that of the function's shape, and takes the function's address as an argument: a
 * handle for each function would make start-up slower than it is worth.
 *
 * <p>The memory that an address argument points to must be kept reachable by the caller until the
 * call returns.
 */
record NativeFunction(String name, @Nullable MethodHandle handle, @Nullable MemorySegment symbol) {
    /** Whether this C library has it. */
    boolean isPresent() {
        return symbol != null;
    }

    long call(Scratch s) {
        return call(s, 0, 0, 0, 0, 0, 0);
    }

    long call(Scratch s, long a) {
        return call(s, a, 0, 0, 0, 0, 0);
    }

    long call(Scratch s, long a, long b) {
        return call(s, a, b, 0, 0, 0, 0);
    }

    long call(Scratch s, long a, long b, long c) {
        return call(s, a, b, c, 0, 0, 0);
    }

    long call(Scratch s, long a, long b, long c, long d) {
        return call(s, a, b, c, d, 0, 0);
    }

    long call(Scratch s, long a, long b, long c, long d, long e) {
        return call(s, a, b, c, d, e, 0);
    }

    /** Calls it; errno is left in {@code s}. Of an {@code int} result, only the low half counts. */
    long call(Scratch s, long a, long b, long c, long d, long e, long f) {
        MethodHandle call = handle;
        MemorySegment function = symbol;
        if (call == null || function == null) {
            NativeAccess.require(name + "()");
            throw new UnsupportedOperationException("this C library has no function " + name);
        }
        try {
            return (long) call.invokeExact(function, s.errnoSegment, a, b, c, d, e, f);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable checked) {
            throw new AssertionError(name, checked);
        }
    }
}
