package io.asyncio4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Os;
import io.asyncio4j.warning.DeprecationWarning;
import io.asyncio4j.warning.ResourceWarning;
import io.asyncio4j.warning.Warning;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which watcher a policy has, and which loop it attaches it to. */
@SuppressWarnings("deprecation") // what is tested is deprecated
class PolicyWatcherTest {

    private static final class Watcher extends AbstractChildWatcher {
        final List<@Nullable EventLoop> attached = new ArrayList<>();
        int closed;

        @Override
        public void attachLoop(@Nullable EventLoop loop) {
            attached.add(loop);
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private final Watcher watcher = new Watcher();
    private int made;
    private final DefaultEventLoopPolicy policy =
            new DefaultEventLoopPolicy() {
                @Override
                protected ChildWatcher newChildWatcher() {
                    made++;
                    return watcher;
                }
            };
    private final SelectorEventLoop loop = new SelectorEventLoop();
    private final Warnings.Recording warnings = Warnings.record();

    @AfterEach
    void close() {
        warnings.close();
        loop.close();
    }

    /** All but what garbage of other tests has to say. */
    private List<Warning> warned() {
        return warnings.warnings().stream()
                .filter(each -> !(each instanceof ResourceWarning))
                .toList();
    }

    @Test
    @DisplayName("the default watcher is the threaded one, made lazily and once")
    void getChildWatcher_default_isThreaded() {
        var plain = new DefaultEventLoopPolicy();
        ChildWatcher first = plain.getChildWatcher();
        assertThat(first).isInstanceOf(ThreadedChildWatcher.class);
        assertThat(plain.getChildWatcher()).isSameAs(first);

        policy.setEventLoop(loop);
        assertThat(made).isZero();
        assertThat(policy.getChildWatcher()).isSameAs(policy.getChildWatcher());
        assertThat(made).isEqualTo(1);
    }

    @Test
    @DisplayName("getChildWatcher and setChildWatcher emit DeprecationWarning")
    void childWatcher_isDeprecated() {
        policy.getChildWatcher();
        policy.setChildWatcher(null);
        assertThat(warnings.messages(DeprecationWarning.class))
                .satisfiesExactly(
                        get -> assertThat(get).contains("getChildWatcher"),
                        set -> assertThat(set).contains("setChildWatcher"));
    }

    @Test
    @DisplayName("setEventLoop on the main thread attaches the existing watcher, null included")
    void setEventLoop_mainThread_attachesExisting() {
        policy.setEventLoop(loop);
        policy.setChildWatcher(watcher);
        assertThat(watcher.attached).as("setChildWatcher does not attach").isEmpty();
        policy.setEventLoop(loop);
        policy.setEventLoop(null);
        assertThat(watcher.attached).containsExactly(loop, null);
    }

    @Test
    @DisplayName("setEventLoop does not make a watcher")
    void setEventLoop_noWatcher_makesNone() {
        policy.setEventLoop(loop);
        policy.setEventLoop(null);
        assertThat(made).isZero();
    }

    @Test
    @DisplayName("setEventLoop on another thread leaves the watcher where it is")
    void setEventLoop_otherThread_leavesWatcher() throws Exception {
        policy.setChildWatcher(watcher);
        Thread other = Thread.ofPlatform().start(() -> policy.setEventLoop(loop));
        other.join();
        assertThat(watcher.attached).isEmpty();
    }

    @Test
    @DisplayName("from a task of the main thread's loop it attaches as well")
    void setEventLoop_insideTask_attaches() {
        policy.setChildWatcher(watcher);
        loop.runUntilComplete(() -> {
            policy.setEventLoop(loop);
            return null;
        });
        assertThat(watcher.attached).containsExactly(loop);
    }

    @Test
    @DisplayName("setChildWatcher closes the watcher it replaces, once, and not the new one")
    void setChildWatcher_closesReplaced() {
        var next = new Watcher();
        policy.setChildWatcher(watcher);
        policy.setChildWatcher(watcher);
        assertThat(watcher.closed).isZero();
        policy.setChildWatcher(next);
        assertThat(watcher.closed).isEqualTo(1);
        assertThat(next.closed).isZero();
        assertThat(policy.getChildWatcher()).isSameAs(next);
    }

    @Test
    @DisplayName("on Windows there are no child watchers")
    void childWatcher_windows_isUnsupported() {
        try (var windows = Os.substitute(Os.WINDOWS)) {
            assertThat(windows).isNotNull();
            assertThatThrownBy(policy::getChildWatcher)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("Windows");
            assertThatThrownBy(() -> policy.setChildWatcher(watcher))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("Windows");
        }
        assertThat(warned()).isEmpty();
    }
}
