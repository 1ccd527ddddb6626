/** What tests of several packages share. */
package io.asyncio4j.testing;
