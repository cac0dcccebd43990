/** What makes a host a Kubernetes node: the planner, certificates, components, images and add-ons. */
@NullMarked
package io.keelson.agent.kubernetes;

import org.jspecify.annotations.NullMarked;
