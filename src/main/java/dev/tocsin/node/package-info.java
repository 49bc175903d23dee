/** Restarts of nodes on signed requests: how Tocsin asks, and the agent that does it. */
@NullMarked
package dev.tocsin.node;

import org.jspecify.annotations.NullMarked;
