package io.asyncio4j.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.Protocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A protocol that writes down what is called. */
class Witness implements Protocol {
    final List<String> events = new ArrayList<>();
    final ByteArrayOutputStream data = new ByteArrayOutputStream();
    final Future<@Nullable Void> lost;
    boolean keepOpen;
    @Nullable BaseTransport transport;

    Witness(EventLoop loop) {
        lost = loop.createFuture();
    }

    String text() {
        return data.toString(UTF_8);
    }

    @Override
    public void connectionMade(BaseTransport made) {
        transport = made;
        events.add("made");
    }

    @Override
    public void dataReceived(ByteBuffer received) {
        // How many calls it takes is the kernel's to decide.
        if (!events.getLast().equals("data")) {
            events.add("data");
        }
        byte[] bytes = new byte[received.remaining()];
        received.get(bytes);
        data.writeBytes(bytes);
    }

    @Override
    public boolean eofReceived() {
        events.add("eof");
        return keepOpen;
    }

    @Override
    public void pauseWriting() {
        events.add("pause");
    }

    @Override
    public void resumeWriting() {
        events.add("resume");
    }

    @Override
    public void connectionLost(@Nullable Exception cause) {
        events.add("lost" + (cause == null ? "" : " " + cause.getMessage()));
        lost.setResult(null);
    }
}
