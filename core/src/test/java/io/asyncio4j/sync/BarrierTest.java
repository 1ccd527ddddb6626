package io.asyncio4j.sync;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.sync.Steps.endsCancelled;
import static io.asyncio4j.sync.Steps.run;
import static io.asyncio4j.sync.Steps.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Task;
import java.util.concurrent.BrokenBarrierException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BarrierTest {

    private final Barrier barrier = new Barrier(3);

    private Task<Integer> arrival() {
        return createTask(barrier::await);
    }

    private static void assertBroken(Task<?> task) {
        assertThat(task.isDone()).isTrue();
        assertThat(task.exception()).isInstanceOf(BrokenBarrierException.class);
    }

    @Test
    void await_lastArrives_allGoOnWithNumbersInOrderOfArrival() {
        run(() -> {
            Task<Integer> a = arrival();
            Task<Integer> b = arrival();
            steps(2);
            assertThat(barrier.waiting()).isEqualTo(2);
            assertThat(barrier).hasToString("<Barrier filling waiting=2/3>");
            Task<Integer> c = arrival();
            assertThat(gather(a, b, c)).containsExactly(0, 1, 2);
            assertThat(barrier.waiting()).isZero();
        });
    }

    @Test
    void await_oneParty_doesNotGiveWay() throws Exception {
        run(() -> {
            var alone = new Barrier(1);
            Task<?> other = createTask(() -> null);
            assertThat(alone.await()).isZero();
            assertThat(alone.await()).isZero();
            assertThat(other.isDone()).isFalse();
        });
    }

    @Test
    @DisplayName("who comes while the barrier drains belongs to the next round")
    void await_draining_waitsForTheNextRound() {
        run(() -> {
            arrival();
            arrival();
            steps(1);
            arrival();
            Task<Integer> d = arrival();
            Task<Integer> e = arrival();
            steps(5);
            assertThat(d.isDone()).isFalse();
            assertThat(barrier.waiting()).isEqualTo(2);
            Task<Integer> f = arrival();
            assertThat(gather(d, e, f)).containsExactly(0, 1, 2);
        });
    }

    @Test
    @DisplayName("the round after one that a cancelled task left still has each number once")
    void await_oneCancelled_waitsForAnother() {
        run(() -> {
            Task<Integer> a = arrival();
            Task<Integer> b = arrival();
            steps(1);
            a.cancel();
            assertThat(endsCancelled(a)).isTrue();
            assertThat(barrier.waiting()).isEqualTo(1);
            Task<Integer> c = arrival();
            steps(2);
            assertThat(c.isDone()).isFalse();
            Task<Integer> d = arrival();
            assertThat(gather(b, c, d)).containsExactly(0, 1, 2);
        });
    }

    @Test
    void await_cancelledAfterTheLastArrived_letsTheOthersGo() {
        run(() -> {
            Task<Integer> a = arrival();
            Task<Integer> b = arrival();
            steps(1);
            Task<Integer> c = arrival();
            steps(1);
            a.cancel();
            steps(1);
            assertThat(a.isCancelled()).isTrue();
            assertThat(gather(b, c)).containsExactly(1, 2);
            assertThat(gather(arrival(), arrival(), arrival())).containsExactly(0, 1, 2);
        });
    }

    @Test
    void await_cancelledWhileItWaitsForTheNextRound_leaves() {
        run(() -> {
            arrival();
            arrival();
            steps(1);
            arrival();
            Task<Integer> late = arrival();
            steps(1);
            late.cancel();
            assertThat(endsCancelled(late)).isTrue();
            assertThat(gather(arrival(), arrival(), arrival())).containsExactly(0, 1, 2);
        });
    }

    @Test
    void abort_breaksThoseWhoWaitAndThoseWhoCome() {
        run(() -> {
            Task<?> waiting = arrival();
            steps(1);
            barrier.abort();
            assertThat(barrier.isBroken()).isTrue();
            assertThat(barrier.waiting()).isZero();
            Task<?> coming = arrival();
            steps(1);
            assertBroken(waiting);
            assertBroken(coming);
            barrier.reset();
            assertThat(gather(arrival(), arrival(), arrival())).containsExactly(0, 1, 2);
        });
    }

    @Test
    void abort_whileDraining_breaksAlsoWhoHasNotResumed() {
        run(() -> {
            Task<?> a = arrival();
            Task<?> b = arrival();
            steps(1);
            Task<Integer> c = arrival();
            Task<?> late = arrival();
            steps(1);
            barrier.abort();
            steps(1);
            assertBroken(a);
            assertBroken(b);
            assertThat(c.await()).isEqualTo(2);
            assertBroken(late);
        });
    }

    @Test
    void reset_breaksThoseWhoWaitAndNobodyElse() {
        run(() -> {
            Task<?> waiting = arrival();
            steps(1);
            barrier.reset();
            Task<Integer> a = arrival();
            assertThat(barrier).hasToString("<Barrier resetting waiting=0/3>");
            steps(1);
            assertBroken(waiting);
            assertThat(barrier.isBroken()).isFalse();
            assertThat(gather(a, arrival(), arrival())).containsExactly(0, 1, 2);
        });
    }

    @Test
    void reset_nobodyWaits_isNothing() {
        run(() -> {
            barrier.reset();
            assertThat(barrier).hasToString("<Barrier filling waiting=0/3>");
        });
    }

    @Test
    void constructor_noParties_throws() {
        assertThat(barrier.parties()).isEqualTo(3);
        assertThatThrownBy(() -> new Barrier(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A barrier needs at least one party: 0");
    }
}
