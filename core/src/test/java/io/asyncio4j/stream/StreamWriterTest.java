package io.asyncio4j.stream;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class StreamWriterTest {

    private static WriteTransport connect(EventLoop loop, FdPair pipe) {
        return await(loop.connectWritePipe(() -> new BaseProtocol() {}, new Pipe(pipe.writeEnd())));
    }

    private static String read(FdPair pipe) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        return Fds.read(pipe.readEnd(), bytes) < 0 ? "" : UTF_8.decode(bytes.flip()).toString();
    }

    @Test
    @DisplayName("a writer continues over the transport that it is given")
    void setTransport_laterWritesGoThere() throws Exception {
        LoopKind.EPOLL.run(() -> {
            EventLoop loop = getRunningLoop();
            FdPair first = FdTable.pipe(true, false);
            FdPair second = FdTable.pipe(true, false);
            WriteTransport before = connect(loop, first);
            WriteTransport after = connect(loop, second);
            var writer = new StreamWriter(loop, before);
            writer.write("one");
            writer.setTransport(after);
            writer.writeLines(
                    List.of(
                            ByteBuffer.wrap(new byte[] {'t', 'w'}),
                            ByteBuffer.wrap("o".getBytes(UTF_8))));
            assertThat(writer.transport()).isSameAs(after);
            assertThat(read(first)).isEqualTo("one");
            assertThat(read(second)).isEqualTo("two");
            before.close();
            after.close();
            FdTable.close(first.readEnd());
            FdTable.close(second.readEnd());
            return null;
        });
    }
}
