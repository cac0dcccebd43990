/** Benchmarks: programs that print figures and ratios; never tests. */
@NullMarked
package io.keelson.lab.bench;

import org.jspecify.annotations.NullMarked;
