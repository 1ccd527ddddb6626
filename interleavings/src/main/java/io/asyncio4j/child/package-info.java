/**
 * JCStress tests of the start of a child, which a loop and a thread that starts children share; see
 * {@code io.asyncio4j.loop}.
 *
 * <pre>
 *   SpawnCancelStress  calling a start off against its turn
 *   SpawnCloseStress   closing the loop against the start
 * </pre>
 */
package io.asyncio4j.child;
