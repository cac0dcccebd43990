/** How a host gets, keeps and loses its identity. */
@NullMarked
package io.keelson.server.enrolment;

import org.jspecify.annotations.NullMarked;
