/** How fast a bundle is verified and unpacked, against the tools of the operating system; needs no hosts. */
@NullMarked
package io.keelson.lab.bench.unpack;

import org.jspecify.annotations.NullMarked;
