package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each refusal says what would help. */
@Tag("mode-independent")
class UringErrorsTest {

    @Test
    @DisplayName("each refusal of a ring is explained")
    void reason_each() {
        assertThat(UringErrors.reason(Errno.ENOSYS, "0")).contains("ENOSYS", "Linux 5.11");
        assertThat(UringErrors.reason(Errno.EPERM, "2"))
                .contains("sysctl kernel.io_uring_disabled=2", "set it to 0");
        assertThat(UringErrors.reason(Errno.EPERM, "0")).contains("seccomp", "io_uring_enter");
        assertThat(UringErrors.reason(Errno.ENOMEM, "0")).contains("ulimit -l");
        assertThat(UringErrors.reason(Errno.EMFILE, "0")).contains("ulimit -n");
        assertThat(UringErrors.reason(Errno.EINVAL, "0")).contains("EINVAL");
        assertThat(UringErrors.tooOld()).hasMessageContaining("Linux 5.11");
    }

    @Test
    @DisplayName("that no descriptor is left can be told from what makes io_uring impossible")
    void setupFailed_keepsErrno() {
        assertThat(UringErrors.setupFailed(Errno.EMFILE))
                .matches(e -> Errno.is(e, Errno.EMFILE))
                .hasMessage(UringErrors.reason(Errno.EMFILE, "0"));
        assertThat(UringErrors.setupFailed(Errno.ENOMEM)).matches(e -> !Errno.is(e, Errno.EMFILE));
    }
}
