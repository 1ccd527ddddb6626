/** asyncio's event loops, policies and child watchers for Java. */
module io.asyncio4j {
    requires static org.jspecify;
    requires jdk.unsupported;

    exports io.asyncio4j;
    exports io.asyncio4j.selector;
}
