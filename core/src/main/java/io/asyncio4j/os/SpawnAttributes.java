package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;

/**
 * {@code posix_spawnattr_t}: signals, session and process group. Attributes without an existing
 * group to join are created once and never changed, so that all threads share them.
 */
final class SpawnAttributes {
    private static final int SETPGROUP = 0x02;
    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int SETSID = Os.HOST == Os.MAC ? 0x400 : 0x80;
    private static final int CLOEXEC_DEFAULT = Os.HOST == Os.MAC ? 0x4000 : 0;

    /** More than the 336 bytes of glibc and musl; a pointer on macOS. */
    private static final int SIZE = 512;

    /** Bytes of a {@code sigset_t}, or more. */
    private static final int SIGSET = 128;

    private static final NativeFunction INIT = Libc.function("posix_spawnattr_init");
    private static final NativeFunction SETFLAGS = Libc.function("posix_spawnattr_setflags");
    private static final NativeFunction SETPGROUP_FUNCTION =
            Libc.function("posix_spawnattr_setpgroup");
    private static final NativeFunction SETSIGDEFAULT =
            Libc.function("posix_spawnattr_setsigdefault");
    private static final NativeFunction SETSIGMASK_FUNCTION =
            Libc.function("posix_spawnattr_setsigmask");

    private SpawnAttributes() {}

    /** What is set here, of a {@link SpawnRequest}. */
    interface Options {
        /** Returns whether the child leads a new session, without a controlling terminal. */
        default boolean newSession() {
            return false;
        }

        /** Returns the group to join, 0 for one of the child's own, or null. */
        default @Nullable Integer processGroup() {
            return null;
        }
    }

    private static final class Shared {
        static final NativeBuffer PLAIN = make(false, -1);
        static final NativeBuffer GROUP = make(false, 0);
        static final NativeBuffer SESSION = make(true, -1);
    }

    /** The attributes that a request needs, to be kept reachable while they are used. */
    static NativeBuffer of(Options options) {
        boolean session = options.newSession();
        // A session's leader leads its group too, and may not be told so.
        Integer given = session ? null : options.processGroup();
        int group = given == null ? -1 : given;
        if (group > 0) {
            return make(false, group);
        }
        return session ? Shared.SESSION : group == 0 ? Shared.GROUP : Shared.PLAIN;
    }

    private static NativeBuffer make(boolean session, int group) {
        NativeBuffer attributes = NativeBuffer.allocate(SIZE);
        NativeBuffer signals = NativeBuffer.allocate(SIGSET);
        long address = attributes.address();
        int flags = SETSIGDEF | SETSIGMASK | CLOEXEC_DEFAULT;
        try (Scratch s = Scratch.take()) {
            check(INIT, INIT.call(s, address));
            check(SETSIGMASK_FUNCTION, SETSIGMASK_FUNCTION.call(s, address, signals.address()));
            // Not sigfillset, which leaves the thread library's two signals out: glibc would make
            // the child ignore them.
            for (int i = 0; i < SIGSET; i += Long.BYTES) {
                signals.bytes().putLong(i, -1L);
            }
            check(SETSIGDEFAULT, SETSIGDEFAULT.call(s, address, signals.address()));
            if (session) {
                flags |= SETSID;
            } else if (group >= 0) {
                flags |= SETPGROUP;
                check(SETPGROUP_FUNCTION, SETPGROUP_FUNCTION.call(s, address, group));
            }
            check(SETFLAGS, SETFLAGS.call(s, address, flags));
        }
        return attributes;
    }

    private static void check(NativeFunction function, long error) {
        if ((int) error != 0) {
            throw new IllegalStateException(function.name() + ": " + Errno.describe((int) error));
        }
    }
}
