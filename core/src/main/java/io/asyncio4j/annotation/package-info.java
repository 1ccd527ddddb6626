/**
 * What the signatures of this library say about null: the two annotations of JSpecify that it
 * needs, with the same meaning. They are its own, because a compiler that is to print a type with
 * an annotation must have the annotation's class, and would refuse to go on without JSpecify's.
 * Tools that go by the simple name, as NullAway does, treat both alike.
 */
package io.asyncio4j.annotation;
