package io.asyncio4j.io;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Runner;
import io.asyncio4j.loop.Engines;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.WriteTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Transports over an {@link Rig}, and the time that passes in turns of a loop. */
final class Transports {
    private Transports() {}

    interface Body {
        void run(EventLoop loop, Engine engine) throws Exception;
    }

    static void run(Rig rig, Body body) throws Exception {
        rig.assumeWorks();
        EventLoop opened = rig.newLoop();
        try (var runner = new Runner(() -> opened)) {
            runner.run(() -> {
                EventLoop loop = getRunningLoop();
                Engine engine = Engines.of(loop);
                body.run(loop, engine);
                return null;
            });
        }
    }

    /** Turns of the loop pass until it is so. */
    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            sleep(Duration.ZERO);
        }
    }

    static void turns(int count) {
        for (int i = 0; i < count; i++) {
            sleep(Duration.ZERO);
        }
    }

    static ReadTransport reading(EventLoop loop, Engine engine, Witness w, Rig.Ends ends) {
        return await(Pipes.connectRead(loop, engine, () -> w, ends.near()));
    }

    static WriteTransport writing(EventLoop loop, Engine engine, BaseProtocol w, Rig.Ends ends) {
        return await(Pipes.connectWrite(loop, engine, () -> w, ends.near()));
    }

    static StreamTransport.Duplex connection(
            EventLoop loop, Engine engine, Witness w, Rig.Ends ends) throws Exception {
        var transport = new StreamTransport.Duplex(loop, engine.open(ends.near()), w);
        transport.connect();
        transport.startReading();
        return transport;
    }

    static String received(Rig.FarEnd far, int length) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(length);
        while (target.hasRemaining() && far.receive(target) >= 0) {
            sleep(Duration.ZERO);
        }
        return new String(target.array(), 0, target.position(), UTF_8);
    }
}
