/** End-to-end tests on real hosts; {@code lab/run scenario --list} names them. */
@NullMarked
package io.keelson.lab.scenario;

import org.jspecify.annotations.NullMarked;
