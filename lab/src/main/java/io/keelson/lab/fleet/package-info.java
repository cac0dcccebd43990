/** Keelson on lab hosts: its packages and bundle, installed by Ansible over SSH, and a cluster made from them. */
@NullMarked
package io.keelson.lab.fleet;

import org.jspecify.annotations.NullMarked;
