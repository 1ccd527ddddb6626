/**
 * JCStress tests of what a loop's threads share without a lock. In the package of what they test,
 * which is not for everybody to see. Each test has a twin, made with the mistake that the real one
 * avoids, to show that the checker would find it.
 *
 * <pre>
 *   SleepStress       inbox: going to sleep against pushing
 *   PushStress        inbox: pushing against pushing and taking
 *   BatonStress       hand-off: passing the right to run, and what was written before
 *   CompletionStress  a whole loop: completing a future from another thread
 *
 *   CoroutineCancelStress  runCoroutineThreadsafe: cancelling it against its beginning
 *   CallCancelStress       runInExecutor: cancelling a call against its end
 *   SubmitStress           executor view: shutting it down against giving it work
 *   DropStress             executor view: dropping work against doing it
 * </pre>
 */
package io.asyncio4j.loop;
