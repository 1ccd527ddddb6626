/** asyncio's event loops, policies and child watchers for Java. */
module io.asyncio4j {
    requires jdk.unsupported;
    // For the watchdog of debug mode, which does without when they are not there.
    requires static java.management;
    requires static jdk.management;

    exports io.asyncio4j;
    exports io.asyncio4j.annotation;
    exports io.asyncio4j.interop;
    exports io.asyncio4j.loop;
    exports io.asyncio4j.policy;
    exports io.asyncio4j.selector;
    exports io.asyncio4j.spi;
    exports io.asyncio4j.stream;
    exports io.asyncio4j.subprocess;
    exports io.asyncio4j.sync;
    exports io.asyncio4j.testkit;
    exports io.asyncio4j.transport;
    exports io.asyncio4j.warning;
    exports io.asyncio4j.watcher;

    uses io.asyncio4j.policy.EventLoopPolicyProvider;
}
