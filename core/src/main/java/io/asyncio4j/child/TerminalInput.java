package io.asyncio4j.child;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.WriteTransport;
import java.nio.ByteBuffer;

/**
 * The input of a child's pseudo-terminal. A terminal signals the end of the input by a character:
 * Ctrl-D passes on the line so far, and means the end of the input if that line is empty.
 */
final class TerminalInput implements WriteTransport {
    private static final byte END = 4;

    private final WriteTransport controller;
    private boolean atLineStart = true;

    TerminalInput(WriteTransport controller) {
        this.controller = controller;
    }

    @Override
    public void write(ByteBuffer data) {
        if (data.hasRemaining()) {
            atLineStart = data.get(data.limit() - 1) == '\n';
            controller.write(data);
        }
    }

    /** Types the end of the input; more can be written, for a program that continues to read. */
    @Override
    public void writeEof() {
        write(atLineStart ? new byte[] {END} : new byte[] {END, END});
        atLineStart = true;
    }

    @Override
    public boolean canWriteEof() {
        return true;
    }

    @Override
    public void close() {
        if (!controller.isClosing()) {
            writeEof();
            controller.close();
        }
    }

    @Override
    public void abort() {
        controller.abort();
    }

    @Override
    public long getWriteBufferSize() {
        return controller.getWriteBufferSize();
    }

    @Override
    public void setWriteBufferLimits(int low, int high) {
        controller.setWriteBufferLimits(low, high);
    }

    @Override
    public int getLowWaterMark() {
        return controller.getLowWaterMark();
    }

    @Override
    public int getHighWaterMark() {
        return controller.getHighWaterMark();
    }

    @Override
    public boolean isClosing() {
        return controller.isClosing();
    }

    @Override
    public BaseProtocol getProtocol() {
        return controller.getProtocol();
    }

    @Override
    public void setProtocol(BaseProtocol protocol) {
        controller.setProtocol(protocol);
    }

    @Override
    public @Nullable Object getExtraInfo(String name) {
        return controller.getExtraInfo(name);
    }

    @Override
    public String toString() {
        return "<TerminalInput " + controller + ">";
    }
}
