/** What can go wrong, under permanent codes, each with the next thing to do. */
@NullMarked
package io.keelson.problem;

import org.jspecify.annotations.NullMarked;
