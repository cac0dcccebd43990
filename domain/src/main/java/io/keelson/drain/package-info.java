/** What emptying a node means for the pods on it, what will be in the way, and what is done next about it. Pure. */
@NullMarked
package io.keelson.drain;

import org.jspecify.annotations.NullMarked;
