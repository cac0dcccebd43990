/** Node pools in the lab: what is declared, what becomes of it, what runs on the nodes meanwhile and who calls that. */
@NullMarked
package io.keelson.lab.pool;

import org.jspecify.annotations.NullMarked;
