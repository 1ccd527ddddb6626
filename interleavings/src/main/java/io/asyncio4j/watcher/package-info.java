/**
 * JCStress tests of a child watcher's registry, which loops and the threads that wait for children
 * share; see {@code io.asyncio4j.loop}.
 *
 * <pre>
 *   RemoveStress    calling a handler off against its child's exit
 *   HandOverStress  handing a child to another watcher against its exit
 *   MoveStress      registering a child anew, from another loop, against its exit
 * </pre>
 */
package io.asyncio4j.watcher;
