/** Tells Kubernetes of runs, as Events. */
@NullMarked
package dev.tocsin.announce;

import org.jspecify.annotations.NullMarked;
