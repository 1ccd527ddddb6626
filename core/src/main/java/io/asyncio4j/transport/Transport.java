package io.asyncio4j.transport;

/** A transport in both directions. */
public interface Transport extends ReadTransport, WriteTransport {}
