package io.asyncio4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.testing.Properties;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PoliciesTest {

    /** Counts how many there are. */
    public static final class CountedPolicy extends DefaultEventLoopPolicy {
        static final AtomicInteger MADE = new AtomicInteger();

        public CountedPolicy() {
            MADE.incrementAndGet();
        }
    }

    /** Cannot be made. */
    public static final class BrokenPolicy extends DefaultEventLoopPolicy {
        public BrokenPolicy() {
            throw new UnsupportedOperationException("not on a Sunday");
        }
    }

    /** Found through the service loader. */
    public static final class Provider implements EventLoopPolicyProvider {
        @Override
        public String name() {
            return "counted";
        }

        @Override
        public EventLoopPolicy create() {
            return new CountedPolicy();
        }
    }

    /** Answers nothing. */
    private static final class SilentPolicy extends AbstractEventLoopPolicy {}

    @BeforeEach
    @AfterEach
    void restoreDefault() {
        Policies.set(null);
    }

    @Test
    @DisplayName("the default policy is made on first use, and kept")
    void get_firstUse_makesDefault() {
        EventLoopPolicy first = Asyncio.getEventLoopPolicy();
        assertThat(first).isExactlyInstanceOf(DefaultEventLoopPolicy.class);
        assertThat(Asyncio.getEventLoopPolicy()).isSameAs(first);
    }

    @Test
    @DisplayName("threads that ask first at the same time get the one policy")
    void get_concurrentFirstUse_makesOne() throws Exception {
        try (var property = Properties.set("asyncio4j.policy", CountedPolicy.class.getName());
                var threads = Executors.newFixedThreadPool(8)) {
            assertThat(property).isNotNull();
            for (int round = 0; round < 50; round++) {
                Policies.set(null);
                int before = CountedPolicy.MADE.get();
                var barrier = new CyclicBarrier(8);
                Callable<EventLoopPolicy> ask =
                        () -> {
                            barrier.await();
                            return Policies.get();
                        };
                var seen = new ArrayList<EventLoopPolicy>();
                for (Future<EventLoopPolicy> each :
                        threads.invokeAll(Collections.nCopies(8, ask))) {
                    seen.add(each.get());
                }
                assertThat(Set.copyOf(seen)).hasSize(1);
                assertThat(CountedPolicy.MADE.get() - before).isEqualTo(1);
            }
        }
    }

    @Test
    @DisplayName("a policy that was set holds for all threads")
    void set_policy_holdsEverywhere() throws Exception {
        var policy = new SilentPolicy();
        Asyncio.setEventLoopPolicy(policy);
        assertThat(Policies.get()).isSameAs(policy);
        try (var threads = Executors.newSingleThreadExecutor()) {
            assertThat(threads.submit(Policies::get).get()).isSameAs(policy);
        }
    }

    @Test
    @DisplayName("null restores the default: the next get builds a fresh one")
    void set_null_restoresFreshDefault() {
        EventLoopPolicy first = Policies.get();
        Policies.set(new SilentPolicy());
        Policies.set(null);
        assertThat(Policies.get())
                .isExactlyInstanceOf(DefaultEventLoopPolicy.class)
                .isNotSameAs(first);
    }

    @Test
    @DisplayName("asyncio4j.policy chooses the default by the name of its class")
    void property_className_isMade() {
        try (var property = Properties.set("asyncio4j.policy", CountedPolicy.class.getName())) {
            assertThat(property).isNotNull();
            assertThat(Policies.get()).isInstanceOf(CountedPolicy.class);
        }
    }

    @Test
    @DisplayName("asyncio4j.policy chooses the default by the name of a provider")
    void property_providerName_isMade() {
        try (var property = Properties.set("asyncio4j.policy", " counted ")) {
            assertThat(property).isNotNull();
            assertThat(Policies.get()).isInstanceOf(CountedPolicy.class);
        }
    }

    @Test
    @DisplayName("an unknown policy is an error at first use that lists the names that exist")
    void property_unknownName_errorListsNames() {
        try (var property = Properties.set("asyncio4j.policy", "fancy")) {
            assertThat(property).isNotNull();
            assertThatThrownBy(Policies::get)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("\"fancy\"")
                    .hasMessageContaining("counted")
                    .hasMessageContaining(DefaultEventLoopPolicy.class.getName());
        }
    }

    @Test
    @DisplayName("a class that is no policy is refused by name")
    void named_otherClass_isRefused() {
        assertThatThrownBy(() -> Policies.named("java.lang.String"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("java.lang.String");
    }

    @Test
    @DisplayName("a policy whose constructor throws is reported with its reason")
    void named_constructorThrows_tellsWhy() {
        assertThatThrownBy(() -> Policies.named(BrokenPolicy.class.getName()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not on a Sunday");
    }

    @Test
    @DisplayName(
            "in callbacks and tasks getEventLoop is the running loop, without asking the policy")
    void getEventLoop_running_policyIsNotAsked() {
        Policies.set(new SilentPolicy());
        try (var loop = new SelectorEventLoop()) {
            List<EventLoop> seen = new ArrayList<>();
            loop.callSoon(() -> seen.add(Asyncio.getEventLoop()));
            seen.add(loop.runUntilComplete(Asyncio::getEventLoop));
            assertThat(seen).containsExactly(loop, loop);
        }
        assertThatThrownBy(Asyncio::getEventLoop)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("getEventLoop is not supported by " + SilentPolicy.class.getName());
    }

    @Test
    @DisplayName("outside of a loop getRunningLoop is an error")
    void getRunningLoop_outside_throws() {
        assertThatThrownBy(Asyncio::getRunningLoop)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("no running event loop;");
        try (var loop = new SelectorEventLoop()) {
            assertThat(loop.runUntilComplete(Asyncio::getRunningLoop)).isSameAs(loop);
            Asyncio.setEventLoop(loop);
            assertThatThrownBy(Asyncio::getRunningLoop)
                    .hasMessageStartingWith("no running event loop;");
        } finally {
            Asyncio.setEventLoop(null);
        }
    }

    @Test
    @DisplayName("the skeleton's methods name themselves and the class")
    @SuppressWarnings("deprecation")
    void abstractPolicy_everyMethod_isUnsupported() {
        var policy = new SilentPolicy();
        String by = " is not supported by " + SilentPolicy.class.getName();
        assertThatThrownBy(policy::newEventLoop).hasMessage("newEventLoop" + by);
        assertThatThrownBy(() -> policy.setEventLoop(null)).hasMessage("setEventLoop" + by);
        assertThatThrownBy(policy::getChildWatcher).hasMessage("getChildWatcher" + by);
        assertThatThrownBy(() -> policy.setChildWatcher(null))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("setChildWatcher" + by);
    }
}
