/** Alertmanager's routing tree, silences, inhibition and time intervals, with its own meaning. */
@NullMarked
package dev.tocsin.domain.routing;

import org.jspecify.annotations.NullMarked;
