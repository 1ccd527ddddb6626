package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.asyncio4j.NoSuchProcessException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("mode-independent")
class OsTest {
    @Test
    @DisplayName("a test can pretend another system, and the host comes back")
    void substitute_scoped() {
        Os host = Os.current();
        try (var windows = Os.substitute(Os.WINDOWS)) {
            assertThat(windows).isNotNull();
            assertThat(Os.current()).isEqualTo(Os.WINDOWS);
            assertThat(Os.current().isUnix()).isFalse();
        }
        assertThat(Os.current()).isEqualTo(host);
    }

    @Test
    @DisplayName("native access is there, without a reason why not")
    void nativeAccess_available() {
        assertThat(NativeAccess.available()).isTrue();
        assertThat(NativeAccess.reason()).isNull();
    }

    @Test
    @DisplayName("errors become the exception that fits, with call, operand and symbol")
    void errno_exceptions() {
        assertThat(Errno.exception("open", "/x", Errno.EACCES))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage("open(/x): EACCES (Permission denied)");
        assertThat(Errno.exception("open", "/x", Errno.EEXIST))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage("open(/x): EEXIST (File exists)");
        assertThat(Errno.exception("open", "/x/y", Errno.ENOTDIR))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessage("open(/x/y): ENOTDIR (Not a directory)");
        assertThat(Errno.exception("kill", 7, Errno.ESRCH))
                .isInstanceOf(NoSuchProcessException.class);
        assertThat(Errno.exception("read", 7, Errno.EAGAIN))
                .isInstanceOf(IOException.class)
                .hasMessage("read(7): EAGAIN (Resource temporarily unavailable)");
        assertThat(Errno.exception("x", 7, 4711)).hasMessage("x(7): errno 4711");
    }

    @Test
    @DisplayName("timeouts round up to milliseconds and are clamped")
    void timeouts_roundUp() {
        assertThat(Timeouts.millis(-5)).isEqualTo(-1);
        assertThat(Timeouts.millis(0)).isZero();
        assertThat(Timeouts.millis(1)).isEqualTo(1);
        assertThat(Timeouts.millis(1_000_000)).isEqualTo(1);
        assertThat(Timeouts.millis(1_000_001)).isEqualTo(2);
        assertThat(Timeouts.millis(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    @DisplayName("a function that the C library lacks is an error when it is called")
    void function_missing() {
        NativeFunction missing = Libc.function("no_such_function_anywhere");
        assertThat(missing.isPresent()).isFalse();
        var thrown =
                assertThrows(
                        UnsupportedOperationException.class, () -> missing.call(Scratch.owned()));
        assertThat(thrown).hasMessageContaining("no_such_function_anywhere");
    }
}
