/**
 * Every system call, and nothing else: descriptors, readiness, processes, signals.
 *
 * <p>Not exported. The only package that touches {@code java.lang.foreign}, {@code sun.misc} or
 * another internal of the JDK; what lies above it is plain Java.
 *
 * <pre>
 *   Fds  Epoll  Poll  Pty  Limits  Pidfd  WaitId  Spawn  Signals     one class per area
 *     \    \     |     |     |      /      /     /      /
 *      Libc.function("name")  ->  NativeFunction.call(scratch, ...)
 *                                        |
 *                    result, or Errno.exception(call, operand, scratch.errno())
 * </pre>
 *
 * <p>{@code Spawn} starts children: {@code ProgramSearch} finds the program on the PATH, {@code
 * FileActions}, {@code SpawnAttributes} and {@code SpawnThread} apply the options, and {@code
 * SpawnErrors} has the words for each way to fail.
 *
 * <p>Handles live in {@code static final} fields of the class that uses them and are looked up when
 * that class is first used, so that a program pays for what it calls. A function that the C library
 * lacks is an error when it is called, not before.
 */
@NullMarked
package io.asyncio4j.os;

import io.asyncio4j.annotation.NullMarked;
