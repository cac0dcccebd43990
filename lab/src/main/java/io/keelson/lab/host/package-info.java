/**
 * Real hosts on one machine: containers that boot systemd, have an address of their own, and can be rebooted, killed,
 * frozen and cut off. {@link io.keelson.lab.host.Lab} is the way in; {@link io.keelson.lab.host.Scenario} marks an
 * end-to-end test that {@link io.keelson.lab.host.ScenarioRunner} finds by name.
 */
@NullMarked
package io.keelson.lab.host;

import org.jspecify.annotations.NullMarked;
