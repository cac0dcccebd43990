/** Orders that one server's director has signed for one host. What is in them is not this package's affair. */
@NullMarked
package io.keelson.trust.order;

import org.jspecify.annotations.NullMarked;
