package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A piece of memory of {@link Chunks#SIZE} bytes. The remaining bytes of its buffer are to be
 * written.
 */
final class Chunk {
    final ByteBuffer bytes;
    private final @Nullable NativeBuffer memory;

    private Chunk(ByteBuffer bytes, @Nullable NativeBuffer memory) {
        this.bytes = bytes;
        this.memory = memory;
    }

    static Chunk direct() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Chunks.SIZE);
        return new Chunk(bytes, NativeBuffer.of(bytes));
    }

    static Chunk heap() {
        return new Chunk(ByteBuffer.allocate(Chunks.SIZE), null);
    }

    boolean isDirect() {
        return memory != null;
    }

    /** Writes what remains, as {@link ReadyChannel#write(ByteBuffer)}. */
    int writeTo(ReadyChannel channel) throws IOException {
        return memory == null ? channel.write(bytes) : channel.write(memory);
    }
}
