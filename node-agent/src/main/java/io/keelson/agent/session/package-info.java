/**
 * The agent's side of the wire: enrolment, the session stream, orders and their fencing, reports, certificates, content
 * and tunnels. The only package that knows protobuf and gRPC.
 */
@NullMarked
package io.keelson.agent.session;

import org.jspecify.annotations.NullMarked;
