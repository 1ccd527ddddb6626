package io.asyncio4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import io.asyncio4j.loop.SelectorEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PolicyScopeTest {

    /** Counts the loops that it makes. */
    private static final class TenantPolicy extends DefaultEventLoopPolicy {
        final AtomicInteger loops = new AtomicInteger();

        @Override
        public EventLoop newEventLoop() {
            loops.incrementAndGet();
            return super.newEventLoop();
        }
    }

    private final TenantPolicy outer = new TenantPolicy();
    private final TenantPolicy inner = new TenantPolicy();

    @AfterEach
    void restoreDefault() {
        Policies.set(null);
    }

    @Test
    @DisplayName("a scope overrides the process-wide policy while it lasts, and only there")
    void where_overridesWithinExtent() throws Exception {
        Policies.set(new DefaultEventLoopPolicy());
        EventLoopPolicy processWide = Policies.get();
        assertThat(Policies.where(outer).call(Policies::get)).isSameAs(outer);
        assertThat(Policies.get()).isSameAs(processWide);
        assertThat(Policies.scoped()).isNull();
    }

    @Test
    @DisplayName("the innermost scope wins, and the outer one comes back")
    void where_nested_innermostWins() {
        var seen = new ArrayList<EventLoopPolicy>();
        Policies.where(outer)
                .run(() -> {
                    Policies.where(inner).run(() -> seen.add(Policies.get()));
                    seen.add(Policies.get());
                });
        assertThat(seen).containsExactly(inner, outer);
    }

    @Test
    @DisplayName("setEventLoopPolicy in a scope changes the process, not the scope")
    void set_insideScope_changesProcessWide() {
        var set = new DefaultEventLoopPolicy();
        Policies.where(outer)
                .run(() -> {
                    Policies.set(set);
                    assertThat(Policies.get()).isSameAs(outer);
                });
        assertThat(Policies.get()).isSameAs(set);
    }

    @Test
    @DisplayName("run in a scope takes its loop from the scope's policy")
    void run_insideScope_asksScopedPolicy() {
        Policies.where(outer).run(() -> Asyncio.run(() -> {}));
        assertThat(outer.loops).hasValue(1);
    }

    @Test
    @DisplayName("callbacks, tasks, and tasks that tasks create are in the scope of the run")
    void run_insideScope_reachesCallbacksAndTasks() {
        List<EventLoopPolicy> seen = new ArrayList<>();
        Policies.where(outer)
                .run(() ->
                        Asyncio.run(() -> {
                            seen.add(Policies.get());
                            EventLoop loop = Asyncio.getRunningLoop();
                            loop.callSoon(() -> seen.add(Policies.get()));
                            Asyncio.await(
                                    Asyncio.createTask(() -> {
                                        seen.add(Policies.get());
                                        Asyncio.await(grandchild(seen));
                                    }));
                            seen.add(Policies.get());
                        }));
        assertThat(seen).hasSize(5).containsOnly(outer);
    }

    private static Task<?> grandchild(List<EventLoopPolicy> seen) {
        return Asyncio.createTask(() -> seen.add(Policies.get()));
    }

    @Test
    @DisplayName("a task made in a scope keeps it, whatever the scope that the loop runs in")
    void createTask_insideScope_keepsIt() {
        try (var loop = new SelectorEventLoop()) {
            List<EventLoopPolicy> seen = new ArrayList<>();
            Policies.where(inner).run(() -> loop.createTask(() -> seen.add(Policies.get())));
            Policies.where(outer).run(() -> loop.runUntilComplete(() -> seen.add(Policies.get())));
            assertThat(seen).containsExactly(inner, outer);
        }
    }
}
