package io.asyncio4j.os;

/**
 * Two descriptors that belong together: the ends of a pipe, or of a pair of sockets, where either
 * can be read and written.
 *
 * @param readEnd the end that is read
 * @param writeEnd the end that is written
 */
public record FdPair(int readEnd, int writeEnd) {}
