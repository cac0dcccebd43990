/** JSON as strictly as signed metadata needs; knows nobody. */
@NullMarked
package io.keelson.trust.json;

import org.jspecify.annotations.NullMarked;
