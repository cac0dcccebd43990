/** Steps, what they find, and the runner that takes a host through them with a journal. */
@NullMarked
package io.keelson.agent.plan;

import org.jspecify.annotations.NullMarked;
